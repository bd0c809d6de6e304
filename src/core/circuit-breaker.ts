/**
 * Stops asking an upstream that answers nobody, so that clients learn it at once and it is left to recover.
 *
 * One circuit for connections, one for each model family. Opens after ten faults in a row, or when more than half of at least twenty
 * requests within thirty seconds failed; stays open for 15 s, doubling up to 2 min; then one probe decides. First attempts alone count,
 * and a client counts three times at most, so that no single one can open it for all. Clock passed in.
 */
import type { DurationMs, EpochMs } from './time.ts';

const WINDOW_MS: DurationMs = 30_000;
const FAULTS_IN_A_ROW = 10;
const LEAST_REQUESTS = 20;
const FAULT_SHARE = 0.5;
const FIRST_PAUSE_MS: DurationMs = 15_000;
const LONGEST_PAUSE_MS: DurationMs = 120_000;
const FAULTS_PER_CLIENT = 3;
/** A probe that never ends does not keep the circuit shut for ever. */
const PROBE_LIMIT_MS: DurationMs = 60_000;
/** More outcomes than this within the window say no more than the latest of them. */
const MAX_OUTCOMES = 1000;

interface Outcome {
  readonly at: EpochMs;
  readonly client: string;
  readonly failed: boolean;
}

export type Admission =
  | { readonly kind: 'closed' }
  /** This request decides whether the circuit closes. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'open'; readonly until: EpochMs };

export type CircuitState = 'closed' | 'open' | 'probing';

export class CircuitBreaker {
  #outcomes: Outcome[] = [];
  #openUntil: EpochMs | null = null;
  #pauseMs: DurationMs = FIRST_PAUSE_MS;
  #probeEndsAt: EpochMs | null = null;

  state(now: EpochMs): CircuitState {
    if (this.#openUntil === null) return 'closed';
    return this.#isBefore(now, this.#openUntil) ? 'open' : 'probing';
  }

  /** Asked before a request's first attempt. Who is told `probe` has to report its end by `note` or `noteNothing`. */
  admit(now: EpochMs): Admission {
    if (this.#openUntil === null) return { kind: 'closed' };
    if (this.#isBefore(now, this.#openUntil)) return { kind: 'open', until: this.#openUntil };
    if (this.#probeEndsAt !== null && this.#isBefore(now, this.#probeEndsAt)) return { kind: 'open', until: this.#probeEndsAt };
    this.#probeEndsAt = now + PROBE_LIMIT_MS;
    return { kind: 'probe' };
  }

  /** The outcome of a first attempt. `client` names who asked. */
  note(now: EpochMs, client: string, failed: boolean, wasProbe: boolean): void {
    if (this.#openUntil !== null) {
      if (wasProbe) this.#endProbe(now, failed);
      return;
    }
    this.#forget(now);
    const isTooMuch = failed && this.#outcomes.filter((one) => one.failed && one.client === client).length >= FAULTS_PER_CLIENT;
    if (isTooMuch) return;
    this.#outcomes.push({ at: now, client, failed });
    if (failed && this.#isBroken()) this.#open(now);
  }

  /** The probe ended without a word about the upstream: the next request is the probe. */
  noteNothing(wasProbe: boolean): void {
    if (wasProbe) this.#probeEndsAt = null;
  }

  /** A clock that was set back must not keep the circuit open for longer than any pause lasts. */
  #isBefore(now: EpochMs, end: EpochMs): boolean {
    return now < end && end - now <= LONGEST_PAUSE_MS;
  }

  #endProbe(now: EpochMs, failed: boolean): void {
    this.#probeEndsAt = null;
    if (failed) {
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
      this.#openUntil = now + this.#pauseMs;
    } else {
      this.#openUntil = null;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#outcomes = [];
    }
  }

  #forget(now: EpochMs): void {
    const firstKept = this.#outcomes.findIndex(({ at }) => now - at < WINDOW_MS && at <= now);
    if (firstKept !== 0) this.#outcomes = firstKept < 0 ? [] : this.#outcomes.slice(firstKept);
    if (this.#outcomes.length >= MAX_OUTCOMES) this.#outcomes.shift();
  }

  #isBroken(): boolean {
    const all = this.#outcomes;
    const inARow = all.length - 1 - all.findLastIndex(({ failed }) => !failed);
    if (inARow >= FAULTS_IN_A_ROW) return true;
    const failed = all.filter((one) => one.failed).length;
    return all.length >= LEAST_REQUESTS && failed > all.length * FAULT_SHARE;
  }

  #open(now: EpochMs): void {
    this.#openUntil = now + this.#pauseMs;
    this.#outcomes = [];
  }
}
