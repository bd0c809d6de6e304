/** Work that comes again and again, as long as the process has something else to do. */
import type { DurationMs } from '../core/time.ts';

/** Does `work` after each interval; how long that is, is asked anew each time. */
export function repeat(intervalMs: () => DurationMs, work: () => void): { stop(): void } {
  let timer = setTimeout(next, intervalMs()).unref();
  function next(): void {
    timer = setTimeout(next, intervalMs()).unref();
    work();
  }
  return { stop: () => clearTimeout(timer) };
}
