/** Lengths of time as people write them (`500ms`, `30s`, `5m30s`, `7d`), to milliseconds and back. */
import type { DurationMs } from '../core/time.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Days first, milliseconds last, each unit at most once; the lookahead refuses the empty text. */
const DURATION = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,12})ms)?$/;

/** Milliseconds of a text such as `5m30s`, or undefined when it is no duration. `0` needs no unit; fractions and signs are refused. */
export function parseDuration(text: string): DurationMs | undefined {
  if (text === '0') return 0;
  const parts = DURATION.exec(text)?.slice(1);
  return parts && UNITS.reduce((sum, [, factor], index) => sum + Number(parts[index] ?? 0) * factor, 0);
}

/** The shortest text that `parseDuration` reads back as `ms` (a whole number, not negative): 330000 → `5m30s`, 604800000 → `7d`. */
export function formatDuration(ms: DurationMs): string {
  let rest = ms;
  let text = '';
  for (const [unit, factor] of UNITS) {
    const count = Math.floor(rest / factor);
    rest -= count * factor;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
