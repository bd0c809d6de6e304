/** An account as it is stored: its status, what happened to it, and what it served. The secret lies elsewhere. */
import type { Account } from '../core/account.ts';
import type { EpochMs } from '../core/time.ts';
import type { AccountEventRecord } from './account-event-record.ts';

/** What an account has served since it was added. */
export interface AccountCounters {
  readonly requests: number;
  readonly failures: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly lastUsedAt: EpochMs | null;
}

export interface AccountRecord {
  /** The account's id. */
  readonly id: string;
  readonly account: Account;
  /** Newest first, bounded. */
  readonly history: readonly AccountEventRecord[];
  readonly counters: AccountCounters;
}

export const noCounters: AccountCounters = {
  requests: 0,
  failures: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  lastUsedAt: null,
};
