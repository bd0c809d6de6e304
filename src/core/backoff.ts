/** Exponential backoff with full jitter, so that clients which failed together do not come back together. */
import type { DurationMs } from './time.ts';

/**
 * The wait before retry number `retry` (from 0): evenly spread over 0 … min(maxMs, baseMs·2^retry).
 * `random` lies in [0, 1).
 */
export const backoffMs = (retry: number, baseMs: DurationMs, maxMs: DurationMs, random: number): DurationMs =>
  Math.floor(random * Math.min(maxMs, baseMs * 2 ** retry));
