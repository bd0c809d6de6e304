/** What was served since the start, added up in memory: in all, and over the last hour. */
import type { EpochMs, Now } from '../core/time.ts';
import type { RequestRecord, RequestRecorder } from './request-record.ts';

export interface Totals {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

export interface UsageTotals extends RequestRecorder {
  total(): Totals;
  lastHour(): Totals;
  /** The last sixty minutes, the running one included, oldest first. `at` is the beginning of the minute. */
  byMinute(): readonly { readonly at: EpochMs; readonly totals: Totals }[];
}

const MINUTE_MS = 60_000;
const MINUTES = 60;
const none: Totals = { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };

const add = (a: Totals, b: Totals): Totals => ({
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheCreationTokens: a.cacheCreationTokens + b.cacheCreationTokens,
});

const totalsOf = ({ status, outcome, usage }: RequestRecord): Totals => ({
  requests: 1,
  errors: status >= 400 || outcome === 'cut' ? 1 : 0,
  inputTokens: usage?.inputTokens ?? 0,
  outputTokens: usage?.outputTokens ?? 0,
  cacheReadTokens: usage?.cacheReadTokens ?? 0,
  cacheCreationTokens: usage?.cacheCreationTokens ?? 0,
});

/** One slot a minute, reused in a ring: bounded whatever the traffic. */
export function createUsageTotals(now: Now): UsageTotals {
  let all = none;
  const slots = new Map<number, { readonly minute: EpochMs; readonly totals: Totals }>();
  return {
    record(request) {
      const totals = totalsOf(request);
      all = add(all, totals);
      const minute = Math.floor(now() / MINUTE_MS);
      const slot = slots.get(minute % MINUTES);
      slots.set(minute % MINUTES, { minute, totals: slot?.minute === minute ? add(slot.totals, totals) : totals });
    },
    total: () => all,
    byMinute() {
      const newest = Math.floor(now() / MINUTE_MS);
      return Array.from({ length: MINUTES }, (_, index) => {
        const minute = newest - MINUTES + 1 + index;
        const slot = slots.get(minute % MINUTES);
        return { at: minute * MINUTE_MS, totals: slot?.minute === minute ? slot.totals : none };
      });
    },
    lastHour() {
      const oldest = Math.floor(now() / MINUTE_MS) - MINUTES;
      return [...slots.values()].filter(({ minute }) => minute > oldest).reduce((sum, { totals }) => add(sum, totals), none);
    },
  };
}
