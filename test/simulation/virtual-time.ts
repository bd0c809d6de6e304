/** A clock that only moves when it is told to, and everything that waits for it: our own waits, and timers of the parts under test. */

import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { DurationMs, EpochMs } from '../../src/core/time.ts';
import type { Leaving } from '../../src/gateway/leaving.ts';

interface Waiting {
  readonly until: EpochMs;
  readonly resolve: () => void;
}

export class VirtualTime {
  #now: EpochMs;
  /** Of the system's clock, which somebody may set; waits go by the steady one. */
  #offset: DurationMs = 0;
  #waiting: Waiting[] = [];

  constructor(start: EpochMs) {
    this.#now = start;
    mock.timers.enable({ apis: ['setTimeout'] });
  }

  /** What the product believes the time to be. */
  readonly now = (): EpochMs => this.#now + this.#offset;

  /** The time that nobody can set. */
  readonly steady = (): EpochMs => this.#now;

  readonly delay = (ms: DurationMs, signal: Leaving): Promise<void> => {
    if (signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = { until: this.#now + ms, resolve };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', () => resolve());
    });
  };

  /** Somebody sets the system's clock. */
  jump(ms: DurationMs): void {
    this.#offset += ms;
  }

  /** Lets time pass; whoever waits is woken at the right moment, in the right order. */
  async advance(ms: DurationMs): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#waiting.reduce<Waiting | null>((first, one) => (first && first.until <= one.until ? first : one), null);
      if (!next || next.until > end) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#step(next.until);
      next.resolve();
      await this.settle();
    }
    this.#step(end);
    await this.settle();
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  end(): void {
    mock.timers.reset();
  }

  #step(to: EpochMs): void {
    const ms = to - this.#now;
    this.#now = to;
    if (ms > 0) mock.timers.tick(ms);
  }
}
