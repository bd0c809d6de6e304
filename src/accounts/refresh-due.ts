/** Which accounts the hourly job has to refresh: those whose access token would not last until the next run. */
import { type Account, healthOf } from '../core/account.ts';
import type { EpochMs } from '../core/time.ts';

export interface DueQuery {
  /** Tokens that end before this instant are due. */
  readonly horizon: EpochMs;
  /** Whether inactive accounts are refreshed too (`accounts.keep_inactive_fresh`). */
  readonly keepInactiveFresh: boolean;
}

/** Limited accounts as well, so that they serve in the first second after their limit; invalid ones never by themselves. */
export const dueForRefresh = (accounts: readonly Account[], { horizon, keepInactiveFresh }: DueQuery): readonly Account[] =>
  accounts.filter(
    (account) =>
      account.kind === 'oauth' &&
      account.expiresAt !== null &&
      account.expiresAt < horizon &&
      healthOf(account).state !== 'invalid' &&
      (account.status.state !== 'inactive' || keepInactiveFresh),
  );
