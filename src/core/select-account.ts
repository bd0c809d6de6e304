/**
 * Which account serves this request? First who is eligible, then who need not wait for a token, then whom the policy prefers.
 * Pure: the pool hands in what it knows, and remembers the cursor and the pins.
 */
import { type AccountLimits, type Candidate, type Exclusion, type SelectionQuery, whyNot } from './eligibility.ts';
import { type Policy, policies } from './policies.ts';
import type { Cursor, Roster, RosterRules } from './roster.ts';

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

export interface SelectionRules extends AccountLimits, RosterRules {
  /** May a conversation whose cache is cold move to an account with clearly more quota (`balancer.move_cold`)? */
  readonly moveCold: boolean;
}

/** Told of every account that was looked at until one was found, in the order of looking. Scores are absent where the policy knows none. */
export type Look = (candidate: Candidate, exclusion: Exclusion | null, score: number | null) => void;

interface LookingRules extends SelectionRules {
  readonly look?: Look | undefined;
}

/** A cold conversation moves only for so much more than it has at home. */
const HYSTERESIS = 1.15;

/** Picks an account, or null when none is eligible. */
export function selectAccount(
  roster: Roster,
  query: SelectionQuery & { readonly home: Home | null },
  cursor: Cursor | null,
  rules: LookingRules,
): Choice | null {
  const { home } = query;
  const staysHome = home !== null && whyNot(home.candidate, query, rules) === null;
  if (staysHome && !mayMove(home, rules)) {
    rules.look?.(home.candidate, null, null);
    return { candidate: home.candidate, why: 'affinity' };
  }
  const best = pick(roster, query, cursor, rules);
  if (staysHome && best && !isWorthMoving(best, home, query, rules)) return { candidate: home.candidate, why: 'affinity' };
  return best && { candidate: best, why: 'rotation' };
}

const mayMove = ({ isCold }: Home, { moveCold, policy }: SelectionRules): boolean =>
  isCold && moveCold && policy === 'quota_aware';

function isWorthMoving(best: Candidate, { candidate }: Home, query: SelectionQuery, { policy }: SelectionRules): boolean {
  const { score }: Policy = policies[policy];
  return score !== null && score(best, query) > score(candidate, query) * HYSTERESIS;
}

/** An account that is passed over keeps its place in the rotation. */
function pick(roster: Roster, query: SelectionQuery, cursor: Cursor | null, rules: LookingRules): Candidate | null {
  return roster.ranking(rules, query.family).first(roster.placeAfter(cursor), query.now, (candidate, score) => {
    const exclusion = whyNot(candidate, query, rules);
    rules.look?.(candidate, exclusion, exclusion === null ? score : null);
    return exclusion === null;
  });
}
