/** The shapes in which limits are told: `retry-after` and the stamps of resets, right and wrong. */
import { z } from 'zod';

export const retryAfterSchema = z.union(
  [
    z.number(),
    z.string(),
    z
      .array(z.union([z.number(), z.string()]))
      .min(2)
      .max(5),
    z.null(),
  ],
  {
    error: 'must be seconds, a text, a list of several fields, or null for none',
  },
);

/** Seconds, also negative, broken or huge; a text as it stands, also an empty one; a list: several fields; null: none. */
export const retryAfterParameters = {
  retryAfter: retryAfterSchema.default(null),
  /** How numbers are written: as they stand, or as the HTTP date so far ahead. */
  retryAfterAs: z.enum(['seconds', 'date']).default('seconds'),
};

export const resetSchema = z.union([z.number(), z.string(), z.null()], {
  error: 'must be seconds from now, a text, or null for none',
});

/** Seconds from now, negative: past; a text as it stands; null: none. `written`: how the API writes this stamp. */
export const resetParameters = (inSeconds: number, written: 'seconds' | 'rfc3339' = 'seconds') => ({
  reset: resetSchema.default(inSeconds),
  resetAs: z.enum(['seconds', 'milliseconds', 'rfc3339']).default(written),
});

export interface RetryAfter {
  readonly retryAfter: z.output<typeof retryAfterSchema>;
  readonly retryAfterAs: 'seconds' | 'date';
}

export interface Reset {
  readonly reset: z.output<typeof resetSchema>;
  readonly resetAs: 'seconds' | 'milliseconds' | 'rfc3339';
}

/** As fields of a head. */
export function retryAfterFields(
  { retryAfter, retryAfterAs }: RetryAfter,
  now: number,
): Record<string, string | readonly string[]> {
  const written = (value: number | string): string =>
    typeof value === 'number' && retryAfterAs === 'date' ? new Date(now + value * 1000).toUTCString() : String(value);
  if (retryAfter === null) return {};
  return { 'retry-after': Array.isArray(retryAfter) ? retryAfter.map(written) : written(retryAfter) };
}

export function resetField(name: string, { reset, resetAs }: Reset, now: number): Record<string, string> {
  if (reset === null) return {};
  if (typeof reset === 'string') return { [name]: reset };
  const at = now + reset * 1000;
  const written = {
    seconds: () => Math.floor(at / 1000),
    milliseconds: () => Math.floor(at),
    rfc3339: () => new Date(at).toISOString(),
  };
  return { [name]: String(written[resetAs]()) };
}
