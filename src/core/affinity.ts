/** When a conversation moves to the account that has just served it, and when it only was a guest there. Pure. */
import type { Account } from './account.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** A home that is back within this time is worth returning to: its prompt cache is still warm then. */
const SHORT_ABSENCE_MS: DurationMs = 60_000;

/**
 * Does the conversation go back to `home` although another account served this turn? A brief throttle does not cost the cache;
 * a used-up quota, a pause or a removal does.
 */
export function staysHome(home: Account | undefined, now: EpochMs): boolean {
  if (home?.status.state !== 'rate_limited') return false;
  const { cause, until } = home.status;
  return cause !== 'quota' && cause !== 'overage' && until - now < SHORT_ABSENCE_MS;
}
