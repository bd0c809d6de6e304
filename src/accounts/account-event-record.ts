/** One recorded change of an account: when, why, and on what evidence. Never a secret. */
import type { AccountState } from '../core/account.ts';
import type { EpochMs } from '../core/time.ts';

/** What the upstream, the token endpoint or a person said. */
export interface Evidence {
  /** In plain words: `429 from the upstream`, `paused by an administrator`. */
  readonly summary: string;
  readonly row?: number;
  readonly status?: number;
  readonly errorType?: string;
  /** Rate-limit header values and `retry-after`, as sent. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AccountEventRecord {
  /** `evt_…` */
  readonly id: string;
  readonly accountId: string;
  readonly at: EpochMs;
  /** The machine's event, or `created`, `removed`, `renamed`, `refresh_failed`. */
  readonly type: string;
  readonly from: AccountState | null;
  readonly to: AccountState;
  readonly evidence: Evidence;
}
