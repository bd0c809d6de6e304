/** Everything that keeps an account from serving, not only the first thing that selection comes across. Pure. */
import { healthOf } from './account.ts';
import { type AccountLimits, type Candidate, type Exclusion, type SelectionQuery, whyNot } from './eligibility.ts';
import { chanceOf } from './next-chance.ts';
import type { EpochMs } from './time.ts';

/** What is about the account, whatever the request. */
export type AccountExclusion = Exclude<Exclusion, 'tried' | 'other_kind' | 'not_the_owner'>;

export interface Obstacle {
  readonly exclusion: AccountExclusion;
  /** When it goes by itself: the instant of the question where that only hangs on another request; null where a person has to act. */
  readonly until: EpochMs | null;
}

interface Situation {
  readonly candidate: Candidate;
  readonly query: SelectionQuery;
  readonly limits: AccountLimits;
}

/** How the situation would be without the exclusion. */
const without: Readonly<Record<AccountExclusion, (situation: Situation) => Situation>> = {
  inactive: (situation) => withAccount(situation, { status: healthOf(situation.candidate.account) }),
  invalid: (situation) => withAccount(situation, { status: { state: 'active' } }),
  rate_limited: (situation) => withAccount(situation, { status: { state: 'active' } }),
  family_benched: (situation) => withAccount(situation, { benches: [] }),
  busy: (situation) => ({ ...situation, candidate: { ...seen(situation.candidate), inFlight: 0 } }),
  on_probation: (situation) => ({ ...situation, candidate: { ...seen(situation.candidate), onProbation: false } }),
  over_share: (situation) => withAccount(situation, { windows: [] }),
};

const isAboutAccount = (exclusion: Exclusion): exclusion is AccountExclusion => exclusion in without;

/**
 * Asks the rule of selection again and again, each time as if its last answer did not hold. In the order in which selection looks.
 * @param query must name no accounts that were tried, and no owner
 */
export function obstaclesOf(candidate: Candidate, query: SelectionQuery, limits: AccountLimits): readonly Obstacle[] {
  const found: Obstacle[] = [];
  let situation: Situation = { candidate, query, limits };
  for (;;) {
    const exclusion = whyNot(situation.candidate, situation.query, situation.limits);
    if (exclusion === null || !isAboutAccount(exclusion)) return found;
    found.push({ exclusion, until: chanceOf(situation.candidate.account, exclusion, query, limits) });
    situation = without[exclusion](situation);
  }
}

const withAccount = (situation: Situation, change: Partial<Candidate['account']>): Situation => ({
  ...situation,
  candidate: { ...seen(situation.candidate), account: { ...situation.candidate.account, ...change } },
});

/** The fields of a candidate, which may be getters of an object of any class. */
const seen = ({ account, inFlight, lastUsedAt, onProbation }: Candidate): Candidate => ({
  account,
  inFlight,
  lastUsedAt,
  onProbation,
});
