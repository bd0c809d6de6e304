/**
 * Bounds retries to a share of the traffic, so that an upstream in trouble is not met with a multiple of it: at most a fifth of the
 * requests of the last ten seconds, and three a second whatever the traffic. Clock passed in.
 */
import type { EpochMs } from './time.ts';

const SPAN_SECONDS = 10;
const SHARE = 0.2;
const ALWAYS_PER_SECOND = 3;

interface Second {
  second: number;
  requests: number;
  retries: number;
}

export class RetryBudget {
  readonly #seconds: Second[] = Array.from({ length: SPAN_SECONDS }, () => ({ second: -1, requests: 0, retries: 0 }));

  /** A request has come. */
  noteRequest(now: EpochMs): void {
    this.#slot(now).requests += 1;
  }

  /** May a retry begin? One that may is counted. */
  take(now: EpochMs): boolean {
    const current = this.#slot(now);
    const oldest = current.second - SPAN_SECONDS;
    let requests = 0;
    let retries = 0;
    for (const slot of this.#seconds) {
      // A clock that was set back leaves slots ahead of it, which count for nothing.
      if (slot.second <= oldest || slot.second > current.second) continue;
      requests += slot.requests;
      retries += slot.retries;
    }
    if (current.retries >= ALWAYS_PER_SECOND && retries + 1 > requests * SHARE) return false;
    current.retries += 1;
    return true;
  }

  #slot(now: EpochMs): Second {
    const second = Math.floor(now / 1000);
    const slot = this.#seconds[second % SPAN_SECONDS] as Second;
    if (slot.second !== second) Object.assign(slot, { second, requests: 0, retries: 0 });
    return slot;
  }
}
