/** What is replayed: the requests of a time, as far as quota, prompt caches and the choice of an account depend on them. */
import type { DurationMs, EpochMs } from '../core/time.ts';

export interface TraceRequest {
  readonly at: EpochMs;
  /** From sending to the last byte of the reply. */
  readonly durationMs: DurationMs;
  /** Requests of one conversation share a growing prompt; null: the request stands alone. */
  readonly conversation: string | null;
  /** A person's prompt and the tool calls that it led to: when one request of a turn is refused, the rest is never sent. */
  readonly turn: string | null;
  readonly model: string;
  /** The whole prompt, cached parts included. */
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface Trace {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  /** In the order of their instants, all within the trace. */
  readonly requests: readonly TraceRequest[];
}

export const HOUR_MS: DurationMs = 3_600_000;
export const DAY_MS: DurationMs = 24 * HOUR_MS;
export const WEEK_MS: DurationMs = 7 * DAY_MS;
export const SHORT_WINDOW_MS: DurationMs = 5 * HOUR_MS;
