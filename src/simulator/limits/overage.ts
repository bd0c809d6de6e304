/** Paid overage: what goes on once the windows of a subscription are used up. */
import { inSeconds, UNIFIED } from './unified-headers.ts';

export interface OverageOptions {
  readonly status: 'allowed' | 'rejected';
  /** Requests that may be served from it; absent: no bound. Beyond it, it is rejected. */
  readonly limit?: number;
  /** Default: 30 days. */
  readonly resetInSeconds?: number;
  /** Told while it is rejected; default `org_level_disabled`. */
  readonly disabledReason?: string;
}

export interface Overage {
  /** Takes one request; false: it is not to be had. */
  spend(): boolean;
  /** `inUse`: this very reply comes from it. */
  headers(inUse: boolean): Record<string, string>;
}

const MONTH_SECONDS = 30 * 24 * 3600;

export function createOverage(options: OverageOptions, now: number): Overage {
  const { status, limit = Number.POSITIVE_INFINITY, resetInSeconds = MONTH_SECONDS } = options;
  const resetAt = now + resetInSeconds * 1000;
  let used = 0;
  const isOffered = (): boolean => status === 'allowed' && used < limit;
  const reason = (): string => (status === 'allowed' ? 'out_of_credits' : (options.disabledReason ?? 'org_level_disabled'));
  return {
    spend() {
      if (!isOffered()) return false;
      used += 1;
      return true;
    },
    headers: (inUse) => ({
      [`${UNIFIED}overage-status`]: inUse || isOffered() ? 'allowed' : 'rejected',
      [`${UNIFIED}overage-reset`]: inSeconds(resetAt),
      ...(Number.isFinite(limit) ? { [`${UNIFIED}overage-utilization`]: (used / limit).toFixed(2) } : {}),
      ...(inUse ? { [`${UNIFIED}overage-in-use`]: 'true' } : {}),
      ...(inUse || isOffered() ? {} : { [`${UNIFIED}overage-disabled-reason`]: reason() }),
    }),
  };
}
