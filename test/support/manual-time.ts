/** A clock that stands still until a test moves it, and the waits that hang on it. */
import type { Delay } from '../../src/accounts/credential-vault.ts';
import type { DurationMs, EpochMs, Now } from '../../src/core/time.ts';
import { NOW } from './builders.ts';

export interface ManualTime {
  readonly now: Now;
  readonly delay: Delay;
  /** Lengths of the waits that were begun, in ms, oldest first. */
  readonly waits: readonly DurationMs[];
  /** Moves the clock. Waits that are over then resolve before this does. */
  advance(ms: DurationMs): Promise<void>;
  /** From now on a wait moves the clock by itself and is over at once. */
  flow(): void;
}

export function manualTime(start: EpochMs = NOW): ManualTime {
  let now = start;
  let flows = false;
  const waits: DurationMs[] = [];
  let waiting: { readonly until: EpochMs; readonly resolve: () => void }[] = [];
  return {
    now: () => now,
    waits,
    delay(ms, signal) {
      waits.push(ms);
      if (flows) now += ms;
      if (flows || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ until: now + ms, resolve });
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    async advance(ms) {
      now += ms;
      const over = waiting.filter(({ until }) => until <= now);
      waiting = waiting.filter(({ until }) => until > now);
      for (const { resolve } of over) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    },
    flow() {
      flows = true;
    },
  };
}
