/** When nobody can serve now: when is the next chance that somebody can? Pure. */
import type { Account } from './account.ts';
import { type AccountLimits, type Candidate, type Exclusion, type SelectionQuery, shareRecovery, whyNot } from './eligibility.ts';
import type { EpochMs } from './time.ts';

/**
 * The earliest instant at which an account that cannot serve this request may come to: `now` where it only waits for another request
 * to end, null when none recovers by itself.
 */
export function nextChance(candidates: readonly Candidate[], query: SelectionQuery, limits: AccountLimits): EpochMs | null {
  let earliest: EpochMs | null = null;
  for (const candidate of candidates) {
    const exclusion = whyNot(candidate, query, limits);
    const at = exclusion === null ? null : chanceOf(candidate.account, exclusion, query, limits);
    if (at !== null && (earliest === null || at < earliest)) earliest = at;
  }
  return earliest;
}

/** When the exclusion may go by itself; null when it does not. */
export function chanceOf(
  account: Account,
  exclusion: Exclusion,
  { family, now }: SelectionQuery,
  limits: AccountLimits,
): EpochMs | null {
  switch (exclusion) {
    case 'busy':
    case 'on_probation':
      return now;
    case 'rate_limited':
      return account.status.state === 'rate_limited' ? account.status.until : null;
    case 'family_benched':
      return account.benches.find((bench) => bench.family === family && bench.until > now)?.until ?? null;
    case 'over_share':
      return shareRecovery(account, account.limits.maxUtilization ?? limits.maxUtilization, now);
    default:
      return null;
  }
}
