/**
 * The live set of accounts: who may serve, whose turn it is, and what just happened to whom.
 *
 * Memory is the truth. A verdict changes it in the same tick, so that the next selection sees it, and reaches the file
 * within a second. A person's change is durable before it is acknowledged. Only the machine's table changes a status.
 */
import type { Account, QuotaWindow } from '../core/account.ts';
import { type AccountEvent, type Effect, type MachineRules, transition } from '../core/account-machine.ts';
import { mergeWindows } from '../core/rate-limit-headers.ts';
import { type Choice, type Cursor, type SelectionQuery, type SelectionRules, selectAccount } from '../core/select-account.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { TokenUsage } from '../requests/request-record.ts';
import type { RecordStore } from '../storage/store.ts';
import type { AccountEventRecord, Evidence } from './account-event-record.ts';
import { type AccountCounters, type AccountRecord, noCounters } from './account-record.ts';
import { WriteBehind } from './write-behind.ts';

/** Kept per account, newest first. */
const MAX_HISTORY = 100;
const VERDICT_DELAY_MS = 500;
const WRITE_RETRY_MS = 5000;

export interface AccountPoolDeps {
  readonly store: RecordStore<AccountRecord>;
  readonly now: Now;
  readonly newId: (prefix: 'evt') => string;
  readonly rules: () => MachineRules & SelectionRules;
  /** Told when storage begins to refuse writes, and when it takes them again. */
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

/** What an account knows of its credential. */
export type TokenLife = Pick<Account, 'generation' | 'expiresAt' | 'loginExpiresAt'>;

export type PoolQuery = Omit<SelectionQuery, 'now'>;
type ChangeListener = (record: AccountEventRecord, account: Account) => void;

interface Entry {
  account: Account;
  history: readonly AccountEventRecord[];
  counters: AccountCounters;
  inFlight: number;
}

export class AccountPool {
  readonly #deps: AccountPoolDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #writes: WriteBehind;
  #accounts: readonly Account[] = [];
  #cursor: Cursor | null = null;
  readonly #effectListeners: ((effect: Effect, account: Account) => void)[] = [];
  readonly #changeListeners: ChangeListener[] = [];

  constructor(deps: AccountPoolDeps) {
    this.#deps = deps;
    this.#writes = new WriteBehind({
      write: async (id) => void (await this.#write(id)),
      delayMs: VERDICT_DELAY_MS,
      retryMs: WRITE_RETRY_MS,
      onOutcome: deps.onStorage,
    });
  }

  /** Reads what is stored. `lifeOf` tells what the credential store holds: it, not the account file, is the truth about tokens. */
  async load(lifeOf: (id: string) => TokenLife | undefined): Promise<void> {
    for (const record of await this.#deps.store.list()) {
      const { generation, expiresAt, loginExpiresAt } = lifeOf(record.id) ?? record.account;
      // By name: whatever else the caller's object holds must not end up among the accounts.
      const account = { ...record.account, generation, expiresAt, loginExpiresAt };
      this.#entries.set(record.id, { account, history: record.history, counters: record.counters, inFlight: 0 });
    }
    this.#reorder();
  }

  /** Every account, in the order of creation. The array is replaced at every change, never altered. */
  list(): readonly Account[] {
    return this.#accounts;
  }

  get(id: string): Account | undefined {
    return this.#entries.get(id)?.account;
  }

  history(id: string): readonly AccountEventRecord[] {
    return this.#entries.get(id)?.history ?? [];
  }

  countersOf(id: string): AccountCounters {
    return this.#entries.get(id)?.counters ?? noCounters;
  }

  inFlight(id: string): number {
    return this.#entries.get(id)?.inFlight ?? 0;
  }

  /** Memory is ahead of the disk, because the disk refuses. */
  get storageFailing(): boolean {
    return this.#writes.failing;
  }

  onEffect(listener: (effect: Effect, account: Account) => void): void {
    this.#effectListeners.push(listener);
  }

  onChange(listener: ChangeListener): void {
    this.#changeListeners.push(listener);
  }

  /** The account whose turn it is, or null when none is eligible. Synchronous, so that no two requests share a turn. */
  choose(query: PoolQuery): Choice | null {
    const choice = selectAccount(this.#accounts, { ...query, now: this.#deps.now() }, this.#cursor, this.#deps.rules());
    if (choice?.why === 'rotation') this.#cursor = { id: choice.account.id, createdAt: choice.account.createdAt };
    return choice;
  }

  /** Applies a verdict: memory at once, the file within a second. Undefined when the account is gone. */
  apply(id: string, event: AccountEvent, evidence: Evidence): Account | undefined {
    const changed = this.#transit(id, event, evidence);
    if (changed) this.#writes.touch(id);
    return this.get(id);
  }

  /** Applies a person's change: resolves when it is durable. The change counts in memory at once and is undone when storage refuses. */
  async applyDurably(id: string, event: AccountEvent, evidence: Evidence): Promise<Account | undefined> {
    const before = this.#entries.get(id)?.account.status;
    if (!this.#transit(id, event, evidence)) return this.get(id);
    try {
      await this.#write(id);
    } catch (error) {
      const entry = this.#entries.get(id);
      if (entry && before) this.#set(id, { ...entry, account: { ...entry.account, status: before } });
      throw error;
    }
    return this.get(id);
  }

  /** @throws StorageError when the account could not be stored; it is not in the pool then. */
  async add(account: Account, evidence: Evidence): Promise<void> {
    const record = this.#record(account, 'created', null, evidence);
    await this.#deps.store.update(account.id, () => ({ id: account.id, account, history: [record], counters: noCounters }));
    this.#entries.set(account.id, { account, history: [record], counters: noCounters, inFlight: 0 });
    this.#reorder();
    this.#announce(record, account);
  }

  /** Changes what a person may edit (name, priority, identity); never the status. Durable before it is acknowledged. */
  async edit(id: string, change: (account: Account) => Account, evidence: Evidence): Promise<Account | undefined> {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const { name, priority, identity } = entry.account;
    const wanted = change(entry.account);
    const edited = {
      ...entry.account,
      name: wanted.name,
      priority: wanted.priority,
      identity: wanted.identity,
      updatedAt: this.#deps.now(),
    };
    this.#keep(id, { ...entry, account: edited }, this.#record(edited, 'edited', edited.status.state, evidence));
    try {
      await this.#write(id);
    } catch (error) {
      const latest = this.#entries.get(id);
      if (latest) this.#set(id, { ...latest, account: { ...latest.account, name, priority, identity } });
      throw error;
    }
    return this.get(id);
  }

  /** False when there was no such account. Requests in flight on it finish. */
  async remove(id: string, evidence: Evidence): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    await this.#deps.store.update(id, () => undefined);
    this.#entries.delete(id);
    this.#writes.forget(id);
    this.#reorder();
    this.#announce(this.#record(entry.account, 'removed', entry.account.status.state, evidence), entry.account);
    return true;
  }

  /** The account waits for one model family until `until`; a later end wins. */
  bench(id: string, family: string, until: EpochMs, evidence: Evidence): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const now = this.#deps.now();
    const running = entry.account.benches.filter((bench) => bench.until > now);
    if (running.some((bench) => bench.family === family && bench.until >= until)) return;
    const benches = [...running.filter((bench) => bench.family !== family), { family, until }];
    const record = this.#record(entry.account, 'family_benched', entry.account.status.state, evidence);
    this.#keep(id, { ...entry, account: { ...entry.account, benches } }, record);
    this.#writes.touch(id);
  }

  /** Forgets every family bench; part of clearing an account's limits. */
  clearBenches(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.account.benches.length === 0) return;
    this.#set(id, { ...entry, account: { ...entry.account, benches: [] } });
    this.#writes.touch(id);
  }

  /** What a reply said about the account's quota windows. */
  noteWindows(id: string, reported: readonly QuotaWindow[]): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const windows = mergeWindows(entry.account.windows, reported);
    if (windows === entry.account.windows) return;
    this.#set(id, { ...entry, account: { ...entry.account, windows } });
    this.#writes.touch(id);
  }

  /** How the last refresh went: `error` in plain words without a secret, or null after a success. */
  noteRefresh(id: string, { error }: { readonly error: string | null }): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const at = this.#deps.now();
    const outcome =
      error === null ? { lastRefreshedAt: at, lastRefreshError: null } : { lastRefreshError: { at, message: error } };
    const account = { ...entry.account, ...outcome };
    if (error === null) this.#set(id, { ...entry, account });
    else this.#keep(id, { ...entry, account }, this.#record(account, 'refresh_failed', account.status.state, { summary: error }));
    this.#writes.touch(id);
  }

  /** Opens an attempt on the account; call the returned function exactly when it is over. */
  beginAttempt(id: string): (result: { readonly failed: boolean; readonly usage: TokenUsage | null }) => void {
    const entry = this.#entries.get(id);
    if (entry) entry.inFlight += 1;
    let open = true;
    return ({ failed, usage }) => {
      const latest = this.#entries.get(id);
      if (!open || !latest) return;
      open = false;
      latest.inFlight -= 1;
      latest.counters = counted(latest.counters, { failed, usage, at: this.#deps.now() });
      this.#writes.touch(id);
    };
  }

  /** Brings everything that is due to storage. */
  async flush(): Promise<void> {
    await this.#writes.flush();
  }

  #transit(id: string, event: AccountEvent, evidence: Evidence): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    const { account, effects } = transition(entry.account, event, this.#deps.rules());
    if (account !== entry.account) {
      const record = this.#record(account, event.type, entry.account.status.state, evidence);
      this.#keep(id, { ...entry, account: { ...account, updatedAt: this.#deps.now() } }, record);
    }
    for (const effect of effects) for (const listener of this.#effectListeners) listener(effect, account);
    return account !== entry.account;
  }

  #record(account: Account, type: string, from: AccountEventRecord['from'], evidence: Evidence): AccountEventRecord {
    return {
      id: this.#deps.newId('evt'),
      accountId: account.id,
      at: this.#deps.now(),
      type,
      from,
      to: account.status.state,
      evidence,
    };
  }

  #keep(id: string, entry: Entry, record: AccountEventRecord): void {
    this.#set(id, { ...entry, history: [record, ...entry.history].slice(0, MAX_HISTORY) });
    this.#announce(record, entry.account);
  }

  #announce(record: AccountEventRecord, account: Account): void {
    for (const listener of this.#changeListeners) listener(record, account);
  }

  #set(id: string, entry: Entry): void {
    const known = this.#entries.get(id);
    if (known) Object.assign(known, { account: entry.account, history: entry.history });
    this.#accounts = this.#accounts.map((account) => (account.id === id ? entry.account : account));
  }

  #reorder(): void {
    const all = [...this.#entries.values()].map(({ account }) => account);
    this.#accounts = all.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  async #write(id: string): Promise<void> {
    await this.#deps.store.update(id, (current) => {
      const entry = this.#entries.get(id);
      return entry && current ? { id, account: entry.account, history: entry.history, counters: entry.counters } : current;
    });
  }
}

function counted(counters: AccountCounters, end: { failed: boolean; usage: TokenUsage | null; at: EpochMs }): AccountCounters {
  const { usage } = end;
  return {
    requests: counters.requests + 1,
    failures: counters.failures + (end.failed ? 1 : 0),
    inputTokens: counters.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: counters.outputTokens + (usage?.outputTokens ?? 0),
    cacheReadTokens: counters.cacheReadTokens + (usage?.cacheReadTokens ?? 0),
    cacheCreationTokens: counters.cacheCreationTokens + (usage?.cacheCreationTokens ?? 0),
    lastUsedAt: end.at,
  };
}
