/** The few statistics that the report needs. */

export interface Estimate {
  readonly mean: number;
  /** Half the width of the 95 % interval; null for a single value. */
  readonly margin: number | null;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of at least one value, with Student's 95 % interval. */
export function estimate(values: readonly number[]): Estimate {
  const middle = mean(values);
  const freedom = values.length - 1;
  if (freedom < 1) return { mean: middle, margin: null };
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / freedom;
  return { mean: middle, margin: quantile(freedom) * Math.sqrt(variance / values.length) };
}

/** Of an even number of values the mean of the middle two; infinity is a value like any other. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

const SMALL_SAMPLE_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;

/** 97.5 % of Student's distribution: by table, later by the first terms of Cornish and Fisher's expansion. */
function quantile(freedom: number): number {
  const z = 1.959964;
  const expanded = z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return SMALL_SAMPLE_QUANTILES[freedom - 1] ?? expanded;
}
