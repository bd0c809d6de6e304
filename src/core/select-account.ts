/**
 * Which account serves this request? First who is eligible, then who need not wait for a token, then whom the policy prefers.
 * Pure: the pool hands in what it knows, and remembers the cursor and the pins.
 */
import type { Account } from './account.ts';
import { isFresh } from './credential.ts';
import { type AccountLimits, type Candidate, type Exclusion, type SelectionQuery, whyNot } from './eligibility.ts';
import { type Policy, type PolicyName, policies } from './policies.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** The account that holds the conversation. */
export interface Home {
  readonly candidate: Candidate;
  /** Its prompt cache is likely gone: moving costs nothing any more. */
  readonly isCold: boolean;
}

export interface Choice {
  readonly candidate: Candidate;
  readonly why: 'rotation' | 'affinity';
}

/** The account picked last; survives accounts coming and going, which an index would not. */
export interface Cursor {
  readonly createdAt: EpochMs;
  readonly id: string;
}

export interface SelectionRules extends AccountLimits {
  readonly policy: PolicyName;
  /** A token with less than this left needs a refresh first. */
  readonly refreshBufferMs: DurationMs;
  /** May a conversation whose cache is cold move to an account with clearly more quota (`balancer.move_cold`)? */
  readonly moveCold: boolean;
}

/** Told of every account that was looked at, in the order of looking. Scores are absent where the policy knows none. */
export type Look = (candidate: Candidate, exclusion: Exclusion | null, score: number | null) => void;

/** A cold conversation moves only for so much more than it has at home. */
const HYSTERESIS = 1.15;

export const compareCreation = (a: Cursor, b: Cursor): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Picks an account, or null when none is eligible.
 * @param candidates in the order of creation
 */
export function selectAccount(
  candidates: readonly Candidate[],
  query: SelectionQuery & { readonly home: Home | null },
  cursor: Cursor | null,
  rules: SelectionRules & { readonly look?: Look | undefined },
): Choice | null {
  const { home } = query;
  const staysHome = home !== null && whyNot(home.candidate, query, rules) === null;
  if (staysHome && !mayMove(home, rules)) {
    rules.look?.(home.candidate, null, null);
    return { candidate: home.candidate, why: 'affinity' };
  }
  const best = pickByTier(candidates, query, cursor, rules);
  if (staysHome && best && !isWorthMoving(best, home, query, rules)) return { candidate: home.candidate, why: 'affinity' };
  return best && { candidate: best, why: 'rotation' };
}

const mayMove = ({ isCold }: Home, { moveCold, policy }: SelectionRules): boolean =>
  isCold && moveCold && policy === 'quota_aware';

function isWorthMoving(best: Candidate, { candidate }: Home, query: SelectionQuery, { policy }: SelectionRules): boolean {
  const { score }: Policy = policies[policy];
  return score !== null && score(best, query) > score(candidate, query) * HYSTERESIS;
}

/** Tokens that need not be refreshed first make up the first tier. */
function pickByTier(
  candidates: readonly Candidate[],
  query: SelectionQuery,
  cursor: Cursor | null,
  rules: SelectionRules & { readonly look?: Look | undefined },
): Candidate | null {
  const isReady = ({ account }: Candidate): boolean => isFresh(account.expiresAt, query.now, rules.refreshBufferMs);
  const start = startAfter(candidates, cursor);
  return (
    pick(candidates, start, query, { ...rules, inTier: isReady }) ??
    pick(candidates, start, query, { ...rules, inTier: (candidate) => !isReady(candidate) })
  );
}

interface PickRules extends SelectionRules {
  readonly look?: Look | undefined;
  readonly inTier: (candidate: Candidate) => boolean;
}

/**
 * The best eligible candidate; of equals the first in turn. Where the policy has no preference, the first that fits ends the search, so
 * that a pick costs the same in a large pool as in a small one. An account that is passed over keeps its place in the rotation.
 */
function pick(candidates: readonly Candidate[], start: number, query: SelectionQuery, rules: PickRules): Candidate | null {
  const { score, tieBreak }: Policy = policies[rules.policy];
  let best: Candidate | null = null;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < candidates.length; step += 1) {
    const candidate = candidates[(start + step) % candidates.length];
    if (!candidate || !rules.inTier(candidate)) continue;
    const exclusion = whyNot(candidate, query, rules);
    const value = exclusion === null && score ? score(candidate, query) : null;
    rules.look?.(candidate, exclusion, value);
    if (exclusion !== null) continue;
    if (value === null) return candidate;
    const isBetter =
      value > bestScore || (value === bestScore && best !== null && tieBreak !== undefined && tieBreak(candidate, best) < 0);
    if (!isBetter) continue;
    best = candidate;
    bestScore = value;
  }
  return best;
}

/** The place of the first candidate created after the cursor's account, which need not exist any more. By halving. */
function startAfter(candidates: readonly Candidate[], cursor: Cursor | null): number {
  if (cursor === null) return 0;
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const account: Account | undefined = candidates[middle]?.account;
    if (account && compareCreation(account, cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
