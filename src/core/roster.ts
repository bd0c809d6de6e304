/** The candidates among whom accounts are chosen, and their rankings: one for each model family that the policy tells apart. */
import type { Candidate } from './eligibility.ts';
import { isFamilyName } from './model-family.ts';
import { type PolicyName, policies } from './policies.ts';
import { Ranking } from './ranking.ts';
import type { DurationMs, EpochMs } from './time.ts';

export interface RosterRules {
  readonly policy: PolicyName;
  /** A token with less than this left needs a refresh first. */
  readonly refreshBufferMs: DurationMs;
}

/** The account picked last; survives accounts coming and going, which an index would not. */
export interface Cursor {
  readonly createdAt: EpochMs;
  readonly id: string;
}

export const compareCreation = (a: Cursor, b: Cursor): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export class Roster {
  /** In the order of creation. */
  readonly candidates: readonly Candidate[];
  /** As a list of numbers, because every choice searches it. */
  readonly #createdAt: Float64Array;
  /** By family; as many as there are names of families, and one more. */
  #rankings: readonly Ranking[] = [];
  #rules: RosterRules | null = null;

  /** @param candidates in the order of creation; a candidate's index is its place. Who changes one of them tells by `noteChange`. */
  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    this.#createdAt = Float64Array.from(candidates, ({ account }) => account.createdAt);
  }

  /** The candidate at this place is not what it was: busier, limited, with other windows. */
  noteChange(place: number): void {
    for (const ranking of this.#rankings) ranking.noteChange(place);
  }

  /** The candidates as the policy prefers them for requests of `family`. */
  ranking({ policy, refreshBufferMs }: RosterRules, family: string | null): Ranking {
    if (this.#rules?.policy !== policy || this.#rules.refreshBufferMs !== refreshBufferMs) {
      this.#rules = { policy, refreshBufferMs };
      this.#rankings = [];
    }
    // Whatever else clients name as their model has no windows of its own.
    const key = policies[policy].byFamily && family !== null && isFamilyName(family) ? family : null;
    for (const ranking of this.#rankings) if (ranking.family === key) return ranking;
    const ranking = new Ranking(this.candidates, { policy: policies[policy], family: key, refreshBufferMs });
    this.#rankings = [...this.#rankings, ranking];
    return ranking;
  }

  /** The place of the first candidate created after the cursor's account, which need not exist any more. By halving. */
  placeAfter(cursor: Cursor | null): number {
    if (cursor === null) return 0;
    let low = 0;
    let high = this.candidates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAfter(middle, cursor)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #isAfter(place: number, { createdAt, id }: Cursor): boolean {
    const difference = (this.#createdAt[place] as number) - createdAt;
    return difference > 0 || (difference === 0 && (this.candidates[place] as Candidate).account.id > id);
  }
}
