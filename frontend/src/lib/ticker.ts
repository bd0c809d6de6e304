/** One clock for everything on the page that counts: all of it moves in the same instant, and nothing moves while nobody looks. */
import { serverClock } from './server-clock.ts';

export interface Ticker {
  readonly subscribe: (listener: () => void) => () => void;
  /** The instant of the last tick, by the server's clock; the same until the next one. */
  readonly now: () => number;
}

export interface TickerDeps {
  readonly now: () => number;
  /** Calls back every second until the function that it returns is called. */
  readonly everySecond: (run: () => void) => () => void;
}

export function createTicker({ now, everySecond }: TickerDeps): Ticker {
  const listeners = new Set<() => void>();
  let stop: (() => void) | null = null;
  let last = now();
  const tick = (): void => {
    last = now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (stop === null) {
        last = now();
        stop = everySecond(tick);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
    now() {
      // Without anybody to tell there are no ticks; who then asks gets the present instant.
      if (stop === null) last = now();
      return last;
    },
  };
}

export const ticker: Ticker = createTicker({
  now: () => serverClock.now(),
  everySecond: (run) => {
    const timer = setInterval(() => {
      if (!document.hidden) run();
    }, 1000);
    document.addEventListener('visibilitychange', run);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', run);
    };
  },
});
