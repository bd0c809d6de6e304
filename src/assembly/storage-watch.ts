/** Since when does storage refuse writes? One answer over all who write, and one log line when it changes. */
import type { EpochMs, Now } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';

export interface StorageWatch {
  /** What a part reports its writes to. */
  reporterFor(part: string): (outcome: { readonly ok: boolean }) => void;
  /** Null when nobody's writes are refused. */
  refusesSince(): EpochMs | null;
}

export function createStorageWatch(now: Now, log: Pick<Logger, 'info' | 'error'>): StorageWatch {
  const refused = new Map<string, EpochMs>();
  return {
    reporterFor: (part) => (outcome) => {
      if (outcome.ok) {
        if (refused.delete(part) && refused.size === 0) log.info('storage takes writes again');
      } else if (!refused.has(part)) {
        if (refused.size === 0) log.error('storage refuses writes; changes are kept in memory and tried again');
        refused.set(part, now());
      }
    },
    refusesSince: () => (refused.size === 0 ? null : Math.min(...refused.values())),
  };
}
