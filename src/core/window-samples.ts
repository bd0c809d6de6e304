/** How a quota window filled over time: one sample for each quarter of an hour in which it changed, for a week. Pure. */
import type { QuotaWindow } from './account.ts';
import type { DurationMs, EpochMs } from './time.ts';

export type WindowSample = readonly [at: EpochMs, utilization: number];

export interface WindowSeries {
  readonly name: string;
  /** As last reported. */
  readonly resetAt: EpochMs | null;
  /** Oldest first. Between two samples the window did not change. */
  readonly samples: readonly WindowSample[];
}

const SLOT_MS: DurationMs = 15 * 60_000;
const KEPT_MS: DurationMs = 7 * 86_400_000;
/** A week of slots, and resets beside them. */
const MAX_SAMPLES = 800;
/** The upstream names them; their number is ours to bound. */
const MAX_WINDOWS = 12;

/** The series with what was just reported. Returns `series` itself when that is nothing new. */
export function withReport(
  series: readonly WindowSeries[],
  windows: readonly QuotaWindow[],
  now: EpochMs,
): readonly WindowSeries[] {
  let next = series;
  for (const { name, utilization, resetAt } of windows) {
    // A window whose end has passed is an old report.
    if (utilization === null || (resetAt !== null && resetAt <= now)) continue;
    const known = next.find((one) => one.name === name);
    if (!known && next.length >= MAX_WINDOWS) continue;
    const before = known ?? { name, resetAt: null, samples: [] };
    const samples = withSample(withReset(before, now), [now, utilization]);
    if (samples === before.samples && before.resetAt === resetAt) continue;
    const after = { name, resetAt, samples: recent(samples, now).slice(-MAX_SAMPLES) };
    next = known ? next.map((one) => (one === known ? after : one)) : [...next, after];
  }
  return next;
}

/** The samples as they are to be shown now: a window that has ended since the last report is empty. */
export const samplesAt = (series: WindowSeries, now: EpochMs): readonly WindowSample[] => recent(withReset(series, now), now);

function withReset({ resetAt, samples }: WindowSeries, now: EpochMs): readonly WindowSample[] {
  const last = samples.at(-1);
  return last && resetAt !== null && resetAt <= now && last[0] < resetAt ? [...samples, [resetAt, 0]] : samples;
}

/** Within a slot the latest counts, but for what a reset took away. */
function withSample(samples: readonly WindowSample[], sample: WindowSample): readonly WindowSample[] {
  const last = samples.at(-1);
  if (!last) return [sample];
  if (last[1] === sample[1]) return samples;
  const isSameSlot = Math.floor(last[0] / SLOT_MS) === Math.floor(sample[0] / SLOT_MS);
  const grows = sample[1] > last[1] && last[1] > 0;
  return [...(isSameSlot && grows ? samples.slice(0, -1) : samples), sample];
}

function recent(samples: readonly WindowSample[], now: EpochMs): readonly WindowSample[] {
  const first = samples.findIndex(([at]) => at >= now - KEPT_MS);
  return first <= 0 ? (first < 0 ? [] : samples) : samples.slice(first);
}
