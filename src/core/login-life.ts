/** How long a login lasts: the authorization server's word, else what is known of the provider. Pure. */
import type { Account } from './account.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** A login at the provider lasts four weeks where its `refresh_token_expires_in` does not say otherwise; seen, not promised. */
const USUAL_LIFE_MS: DurationMs = 28 * 86_400_000;

export interface LoginEnd {
  readonly at: EpochMs;
  /** Nobody said so: counted from the authorization. */
  readonly isEstimated: boolean;
}

/** When the account has to be authorized again; null for kinds without a login. */
export function loginEndOf({ kind, loginExpiresAt, authorizedAt, createdAt }: Account): LoginEnd | null {
  if (kind !== 'oauth') return null;
  if (loginExpiresAt !== null) return { at: loginExpiresAt, isEstimated: false };
  return { at: (authorizedAt ?? createdAt) + USUAL_LIFE_MS, isEstimated: true };
}
