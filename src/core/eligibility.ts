/** May this account serve this request now, and if not, why not? Pure. */
import { type Account, type AccountKind, isAvailable } from './account.ts';
import { isAccountWide } from './rate-limit-headers.ts';
import type { EpochMs } from './time.ts';

/** An account as selection sees it: what it is, and how busy it is. */
export interface Candidate {
  readonly account: Account;
  /** Attempts that have not ended. */
  readonly inFlight: number;
  readonly lastUsedAt: EpochMs | null;
  /** Fresh out of a cooldown, and the one request that may try it is under way. */
  readonly onProbation: boolean;
}

export interface SelectionQuery {
  readonly now: EpochMs;
  /** The request's model family; null when it names no model. */
  readonly family: string | null;
  /** Accounts that this request has tried. */
  readonly tried: ReadonlySet<string>;
  /** Only accounts of other kinds than this one. */
  readonly notKind: AccountKind | null;
  /** Only this account: it owns what the request is about. */
  readonly only: string | null;
  /** Take an account on probation as well: nobody else came free in time. */
  readonly evenOnProbation: boolean;
}

/** What an account may take on, where it says nothing of its own. */
export interface AccountLimits {
  /** Most attempts at once; null: any number. */
  readonly maxConcurrency: number | null;
  /** Share of any account-wide quota window that may be used, 0 to 1. */
  readonly maxUtilization: number;
}

export type Exclusion =
  | 'inactive'
  | 'invalid'
  | 'rate_limited'
  | 'not_the_owner'
  | 'tried'
  | 'other_kind'
  | 'family_benched'
  | 'busy'
  | 'on_probation'
  | 'over_share';

/** What keeps the account from serving the request; null: nothing does. */
export function whyNot(candidate: Candidate, query: SelectionQuery, limits: AccountLimits): Exclusion | null {
  const { account, inFlight } = candidate;
  const { now, family } = query;
  if (!isAvailable(account, now)) return account.status.state as Exclusion;
  if (query.only !== null && query.only !== account.id) return 'not_the_owner';
  if (query.tried.has(account.id)) return 'tried';
  if (account.kind === query.notKind) return 'other_kind';
  for (const bench of account.benches) if (bench.family === family && bench.until > now) return 'family_benched';
  const most = account.limits.maxConcurrency ?? limits.maxConcurrency;
  if (most !== null && inFlight >= most) return 'busy';
  if (candidate.onProbation && !query.evenOnProbation) return 'on_probation';
  return isOverShare(account, account.limits.maxUtilization ?? limits.maxUtilization, now) ? 'over_share' : null;
}

/** At 1 nothing is held back: the upstream itself says when a window is used up. */
function isOverShare({ windows }: Account, share: number, now: EpochMs): boolean {
  if (share >= 1) return false;
  for (const window of windows) {
    const isRunning = window.resetAt !== null && window.resetAt > now;
    if (isRunning && isAccountWide(window) && (window.utilization ?? 0) >= share) return true;
  }
  return false;
}

/** When an account over its share may serve again: at the last reset among the windows that say so. */
export function shareRecovery({ windows }: Account, share: number, now: EpochMs): EpochMs | null {
  if (share >= 1) return null;
  let latest: EpochMs | null = null;
  for (const { resetAt, utilization, name } of windows) {
    if (resetAt === null || resetAt <= now || name.includes('_') || (utilization ?? 0) < share) continue;
    latest = Math.max(latest ?? 0, resetAt);
  }
  return latest;
}
