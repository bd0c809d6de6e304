/** Exponential backoff that never comes back at once: for work that nobody waits for, where `backoff.ts` is for waiting requests. */
import type { DurationMs } from './time.ts';

/** The wait before retry number `retry` (from 0): between half and the whole of min(maxMs, baseMs·2^retry). `random` lies in [0, 1). */
export const steadyBackoffMs = (retry: number, baseMs: DurationMs, maxMs: DurationMs, random: number): DurationMs =>
  Math.ceil(Math.min(maxMs, baseMs * 2 ** retry) * (0.5 + random / 2));
