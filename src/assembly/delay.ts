/** Waiting that somebody can end. */
import type { DurationMs } from '../core/time.ts';
import type { Leaving } from '../gateway/leaving.ts';

/** Resolves after `ms`, or at once when the signal is aborted. Keeps no process alive. */
export function delay(ms: DurationMs, signal: Leaving): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    resolve();
  };
  const timer = setTimeout(end, ms);
  timer.unref();
  signal.addEventListener('abort', end);
  return promise;
}
