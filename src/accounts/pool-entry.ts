/** What the pool holds of one account in memory: the account itself, and how busy it is. */
import type { Account } from '../core/account.ts';
import type { Candidate } from '../core/eligibility.ts';
import type { EpochMs } from '../core/time.ts';
import type { TokenUsage } from '../requests/request-record.ts';
import type { AccountEventRecord } from './account-event-record.ts';
import type { AccountCounters, AccountRecord } from './account-record.ts';

export interface AttemptResult {
  readonly failed: boolean;
  readonly usage: TokenUsage | null;
}

/** An account's place for one attempt, taken when it was chosen. Whatever is called first ends it; later calls do nothing. */
export interface Slot {
  /** The attempt is over: counts it. */
  end(result: AttemptResult): void;
  /** No attempt came of it. */
  release(): void;
}

/**
 * After a cooldown one request tries the account before the others may follow: `due` until it begins, `under_way` while it
 * runs, `none` again after a success.
 */
type Trial = 'none' | 'due' | 'under_way';

export class PoolEntry implements Candidate {
  account: Account;
  history: readonly AccountEventRecord[];
  counters: AccountCounters;
  inFlight = 0;
  trial: Trial = 'none';
  /** Its index in the order of creation; null while it is not in the pool. */
  place: number | null = null;

  constructor({ account, history, counters }: Pick<AccountRecord, 'account' | 'history' | 'counters'>) {
    this.account = account;
    this.history = history;
    this.counters = counters;
  }

  get lastUsedAt(): EpochMs | null {
    return this.counters.lastUsedAt;
  }

  get onProbation(): boolean {
    return this.trial === 'under_way';
  }

  /** Takes a place for one attempt. `onFree` is told once, when the place is free again; with the result unless there was no attempt. */
  take(onFree: (result: AttemptResult | null) => void): Slot {
    const isTrial = this.trial === 'due';
    if (isTrial) this.trial = 'under_way';
    this.inFlight += 1;
    let taken = true;
    const free = (result: AttemptResult | null) => {
      if (!taken) return;
      taken = false;
      this.inFlight -= 1;
      // Nothing was proven: the next one tries.
      if (isTrial && this.trial === 'under_way') this.trial = 'due';
      onFree(result);
    };
    return { end: free, release: () => free(null) };
  }
}

/** The counters after one more attempt that ended at `at`. */
export function counted(counters: AccountCounters, { failed, usage }: AttemptResult, at: EpochMs): AccountCounters {
  return {
    requests: counters.requests + 1,
    failures: counters.failures + (failed ? 1 : 0),
    inputTokens: counters.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: counters.outputTokens + (usage?.outputTokens ?? 0),
    cacheReadTokens: counters.cacheReadTokens + (usage?.cacheReadTokens ?? 0),
    cacheCreationTokens: counters.cacheCreationTokens + (usage?.cacheCreationTokens ?? 0),
    lastUsedAt: at,
  };
}
