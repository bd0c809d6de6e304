/**
 * The candidates in the order in which a policy prefers them. It is kept while they change, so that a choice looks at the first few and not
 * at all of them. It holds state but reads no clock: every call is told the time.
 *
 * Once a second all are ranked anew, also when a cooldown or a token ends; in between only those that changed. Scores that go by the time
 * are therefore of one moment, a second ago at most, for all alike. Whether somebody may serve is always judged as of now.
 */
import { type Account, isAvailable } from './account.ts';
import { isFresh } from './credential.ts';
import type { Candidate } from './eligibility.ts';
import type { Policy } from './policies.ts';
import { PreferenceOrder } from './preference-order.ts';
import type { DurationMs, EpochMs } from './time.ts';

export interface RankingRules {
  readonly policy: Policy;
  /** The model family that scores are for; null: none in particular. */
  readonly family: string | null;
  /** A token with less than this left needs a refresh first. */
  readonly refreshBufferMs: DurationMs;
}

/** Shown a candidate, with its score where the policy knows one. True: it serves. */
export type Fits = (candidate: Candidate, score: number | null) => boolean;

const LIFE_MS: DurationMs = 1000;
/** So many of those that are away although they are preferred are shown, so that a choice can be explained. */
const MAX_SHOWN = 3;

/** Whose token is fresh stands before those who need a refresh first, and who is limited, switched off or invalid behind them all. */
const TIERS = { fresh: 0, unrefreshed: 1, away: 2 } as const;

/** What a candidate is ranked by: the columns of its row. Behind them come the policy's tie-breaks. */
const TIER = 0;
const WORTH = 1;

export class Ranking {
  readonly #candidates: readonly Candidate[];
  readonly #rules: RankingRules;
  readonly #order: PreferenceOrder;
  /** The row that is being made. */
  readonly #row: Float64Array;
  /** Places that are to be ranked anew, each once. */
  readonly #changed: number[] = [];
  readonly #isChanged: Uint8Array;
  /** How many are not away. */
  #present = 0;
  #scoredAt: EpochMs = Number.NEGATIVE_INFINITY;
  #validUntil: EpochMs = Number.NEGATIVE_INFINITY;
  #latest: EpochMs = Number.NEGATIVE_INFINITY;

  /** @param candidates in the order of creation; a candidate's index is its place */
  constructor(candidates: readonly Candidate[], rules: RankingRules) {
    this.#candidates = candidates;
    this.#rules = rules;
    this.#isChanged = new Uint8Array(candidates.length);
    const { score, tieBreaks } = rules.policy;
    this.#row = new Float64Array(1 + (score ? 1 + tieBreaks.length : 0));
    this.#order = new PreferenceOrder(candidates.length, this.#row.length);
  }

  get family(): string | null {
    return this.#rules.family;
  }

  /** The candidate at this place is not what it was. */
  noteChange(place: number): void {
    if (this.#isChanged[place] === 1) return;
    this.#isChanged[place] = 1;
    this.#changed.push(place);
  }

  /**
   * The most preferred candidate that `fits`, of equals the first in turn; or null. It is also shown some of those that are away and would
   * have come before everybody else.
   * @param start the place whose turn it is
   */
  first(start: number, now: EpochMs, fits: Fits): Candidate | null {
    this.#bringUpTo(now);
    if (this.#present < this.#candidates.length) this.#showAway(start, fits);
    const place = this.#order.find(0, this.#present, start, (each) => this.#show(each, fits));
    return place === null ? null : this.#candidate(place);
  }

  #showAway(start: number, show: Fits): void {
    const head = this.#order.find(0, this.#present, start, () => true);
    if (head === null) return;
    const size = this.#candidates.length;
    const turnOf = (place: number) => (place < start ? place + size : place);
    let shown = 0;
    this.#order.find(this.#present, size, start, (place) => {
      const behind = this.#order.compare(place, head, WORTH) || turnOf(place) - turnOf(head);
      if (behind > 0 || shown === MAX_SHOWN) return true;
      shown += 1;
      this.#show(place, show);
      return false;
    });
  }

  #show(place: number, fits: Fits): boolean {
    return fits(this.#candidate(place), this.#rules.policy.score && -this.#order.at(place, WORTH));
  }

  #candidate(place: number): Candidate {
    return this.#candidates[place] as Candidate;
  }

  #bringUpTo(now: EpochMs): void {
    // Somebody may set the clock back.
    const isOld = now >= this.#validUntil || now < this.#latest;
    this.#latest = now;
    if (isOld) this.#rankAll(now);
    for (let place = this.#changed.pop(); place !== undefined; place = this.#changed.pop()) {
      this.#isChanged[place] = 0;
      this.#rankAnew(place, now);
    }
  }

  #rankAll(now: EpochMs): void {
    this.#scoredAt = now;
    this.#validUntil = now + LIFE_MS;
    this.#present = 0;
    this.#order.fill((place) => {
      const row = this.#rowOf(place, now);
      if (row[TIER] !== TIERS.away) this.#present += 1;
      return row;
    });
  }

  #rankAnew(place: number, now: EpochMs): void {
    const order = this.#order;
    const row = this.#rowOf(place, now);
    this.#present += Number(order.at(place, TIER) === TIERS.away) - Number(row[TIER] === TIERS.away);
    order.move(place, row);
  }

  #rowOf(place: number, now: EpochMs): Float64Array {
    const row = this.#row;
    const candidate = this.#candidate(place);
    const { policy, family } = this.#rules;
    row[TIER] = this.#tierOf(candidate.account, now);
    if (!policy.score) return row;
    row[WORTH] = -policy.score(candidate, { family, now: this.#scoredAt });
    for (let index = 0; index < policy.tieBreaks.length; index += 1)
      row[WORTH + 1 + index] = policy.tieBreaks[index]?.(candidate) ?? 0;
    return row;
  }

  #tierOf(account: Account, now: EpochMs): number {
    const { status, expiresAt } = account;
    const { refreshBufferMs } = this.#rules;
    if (!isAvailable(account, now)) {
      if (status.state === 'rate_limited') this.#validUntil = Math.min(this.#validUntil, status.until);
      return TIERS.away;
    }
    if (!isFresh(expiresAt, now, refreshBufferMs)) return TIERS.unrefreshed;
    if (expiresAt !== null) this.#validUntil = Math.min(this.#validUntil, expiresAt - refreshBufferMs);
    return TIERS.fresh;
  }
}
