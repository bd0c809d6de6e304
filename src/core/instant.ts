/** Reads the instants that servers write into headers: HTTP dates, RFC 3339, Unix seconds or milliseconds. */
import type { DurationMs, EpochMs } from './time.ts';

/** Numbers above this are milliseconds: as seconds they would lie beyond the year 5138. */
const LARGEST_SECONDS = 1e11;

/**
 * An instant in any of the forms seen upstream, or null for what is none of them.
 * `Date.parse` is a pure function of its text; only forms that name their zone are handed to it.
 */
export function parseInstant(text: string | undefined): EpochMs | null {
  const value = text?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) {
    const number = Number(value);
    return bounded(number > LARGEST_SECONDS ? number : number * 1000);
  }
  const namesItsZone = /(Z|GMT|[+-]\d\d:\d\d)$/.test(value);
  const parsed = namesItsZone ? Date.parse(value) : Number.NaN;
  return bounded(parsed);
}

/** The year 9999: what lies beyond cannot be written as a date. */
const LATEST: EpochMs = 253_402_300_799_000;

const bounded = (instant: EpochMs): EpochMs | null => (Number.isNaN(instant) ? null : Math.min(instant, LATEST));

/** `retry-after` (RFC 9110 section 10.2.3): delay in whole or broken seconds, or an HTTP date. Null for anything else. */
export function parseRetryAfter(text: string | undefined, now: EpochMs): DurationMs | null {
  const value = text?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, LATEST);
  const instant = parseInstant(value);
  return instant === null ? null : Math.max(0, instant - now);
}
