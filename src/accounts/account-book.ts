/**
 * What is known of every account, in memory, in its history and in storage.
 *
 * Memory is the truth; what happens to it is recorded, announced, and brought to storage: a verdict within a second, a person's change
 * before it is acknowledged.
 */
import type { Account } from '../core/account.ts';
import { compareCreation, Roster } from '../core/roster.ts';
import type { Now } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';
import type { AccountEventRecord, Evidence } from './account-event-record.ts';
import { type AccountRecord, noCounters } from './account-record.ts';
import { PoolEntry } from './pool-entry.ts';
import type { PoolListeners } from './pool-listeners.ts';
import { undone } from './undo-change.ts';
import { WriteBehind } from './write-behind.ts';

/** Kept per account, newest first. */
const MAX_HISTORY = 100;
const VERDICT_DELAY_MS = 500;
const WRITE_RETRY_MS = 5000;

export interface AccountBookDeps {
  readonly store: RecordStore<AccountRecord>;
  readonly now: Now;
  readonly newId: (prefix: 'evt') => string;
  /** Told when storage begins to refuse writes, and when it takes them again. */
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

export class AccountBook {
  readonly #deps: AccountBookDeps;
  readonly #listeners: PoolListeners;
  readonly #entries = new Map<string, PoolEntry>();
  readonly #writes: WriteBehind;
  #order: readonly PoolEntry[] = [];
  #roster = new Roster([]);
  /** As last handed out; null since something changed. */
  #accounts: readonly Account[] | null = null;

  constructor(deps: AccountBookDeps, listeners: PoolListeners) {
    this.#deps = deps;
    this.#listeners = listeners;
    this.#writes = new WriteBehind({
      write: async (id) => void (await this.#write(id)),
      delayMs: VERDICT_DELAY_MS,
      retryMs: WRITE_RETRY_MS,
      onOutcome: deps.onStorage,
    });
  }

  /** Reads what is stored, and hands every entry to `each`. */
  async load(each: (entry: PoolEntry) => void): Promise<void> {
    for (const record of await this.#deps.store.list()) {
      const entry = new PoolEntry(record);
      this.#entries.set(record.id, entry);
      each(entry);
    }
    this.#reorder();
  }

  /** In the order of creation. */
  get order(): readonly PoolEntry[] {
    return this.#order;
  }

  /** The same, as accounts are chosen from them. */
  get roster(): Roster {
    return this.#roster;
  }

  /** Every account, in the order of creation. The array is replaced at every change, never altered. */
  list(): readonly Account[] {
    this.#accounts ??= this.#order.map(({ account }) => account);
    return this.#accounts;
  }

  get(id: string): PoolEntry | undefined {
    return this.#entries.get(id);
  }

  /** The account is as given from now on; in storage only once it is `touch`ed. */
  set(entry: PoolEntry, account: Account): void {
    entry.account = account;
    this.#accounts = null;
    this.noteChange(entry);
  }

  /** The entry looks different, in whatever way: also how busy it is. */
  noteChange(entry: PoolEntry): void {
    if (entry.place !== null) this.#roster.noteChange(entry.place);
    this.#listeners.touch(entry.account.id);
  }

  /** As `set`, with a line in the account's history, and told to whoever listens. */
  record(entry: PoolEntry, account: Account, type: string, evidence: Evidence): void {
    const record = this.#lineOf(account, type, entry.account.status.state, evidence);
    entry.history = [record, ...entry.history].slice(0, MAX_HISTORY);
    this.set(entry, account);
    this.#listeners.change(record, account);
  }

  /** The account is due to be stored. */
  touch(id: string): void {
    this.#writes.touch(id);
  }

  /** @throws StorageError when the account could not be stored; it is not in the book then. */
  async add(account: Account, evidence: Evidence): Promise<void> {
    const { id } = account;
    const record = this.#lineOf(account, 'created', null, evidence);
    await this.#deps.store.update(id, () => ({ id, account, history: [record], counters: noCounters }));
    this.#entries.set(id, new PoolEntry({ account, history: [record], counters: noCounters }));
    this.#reorder();
    this.#listeners.change(record, account);
  }

  /** False when there was no such account. @throws StorageError; the account stays then */
  async remove(id: string, evidence: Evidence): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    await this.#deps.store.update(id, () => undefined);
    this.#entries.delete(id);
    entry.place = null;
    this.#writes.forget(id);
    this.#reorder();
    this.#listeners.change(this.#lineOf(entry.account, 'removed', entry.account.status.state, evidence), entry.account);
    return true;
  }

  /** Resolves when the account is durable as it is now. @throws StorageError; the account stays as it is, and its write is repeated */
  async store(id: string): Promise<void> {
    this.#writes.touch(id);
    await this.#write(id);
  }

  /**
   * Resolves when the change that was just made, and before which the account was `before`, is durable.
   * @throws StorageError when storage refuses it; it is taken back then
   */
  async storeOrUndo(id: string, before: Account): Promise<void> {
    const after = this.get(id)?.account;
    try {
      await this.#write(id);
    } catch (error) {
      const entry = this.get(id);
      if (entry && after) {
        const account = undone({ before, after, current: entry.account });
        this.record(entry, account, 'undone', { summary: 'the change could not be stored, and is taken back' });
        this.#writes.touch(id);
      }
      throw error;
    }
  }

  /** Memory is ahead of the disk, because the disk refuses. */
  get storageFailing(): boolean {
    return this.#writes.failing;
  }

  /** Brings everything that is due to storage. */
  async flush(): Promise<void> {
    await this.#writes.flush();
  }

  #lineOf(account: Account, type: string, from: AccountEventRecord['from'], evidence: Evidence): AccountEventRecord {
    const at = this.#deps.now();
    return { id: this.#deps.newId('evt'), accountId: account.id, at, type, from, to: account.status.state, evidence };
  }

  #reorder(): void {
    this.#order = [...this.#entries.values()].toSorted((a, b) => compareCreation(a.account, b.account));
    for (const [place, entry] of this.#order.entries()) entry.place = place;
    this.#roster = new Roster(this.#order);
    this.#accounts = null;
  }

  async #write(id: string): Promise<void> {
    await this.#deps.store.update(id, (current) => {
      const entry = this.#entries.get(id);
      return entry && current ? { id, account: entry.account, history: entry.history, counters: entry.counters } : current;
    });
  }
}
