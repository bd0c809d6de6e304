/**
 * The live set of accounts: who may serve, whose turn it is, and what just happened to whom.
 *
 * Memory is the truth. A verdict changes it in the same tick, so that the next selection sees it, and reaches the file
 * within a second. A person's change is durable before it is acknowledged. Only the machine's table changes a status.
 */
import { type Account, healthOf, type QuotaWindow } from '../core/account.ts';
import { type AccountEvent, type MachineRules, transition } from '../core/account-machine.ts';
import type { Exclusion, SelectionQuery } from '../core/eligibility.ts';
import { nextChance } from '../core/next-chance.ts';
import { type Obstacle, obstaclesOf } from '../core/obstacles.ts';
import { mergeWindows } from '../core/rate-limit-headers.ts';
import type { Cursor } from '../core/roster.ts';
import { type SelectionRules, selectAccount } from '../core/select-account.ts';
import type { EpochMs } from '../core/time.ts';
import type { Considered } from '../requests/request-record.ts';
import { AccountBook, type AccountBookDeps } from './account-book.ts';
import type { AccountEventRecord, Evidence } from './account-event-record.ts';
import { type AccountCounters, noCounters } from './account-record.ts';
import { counted, type Slot } from './pool-entry.ts';
import { PoolListeners } from './pool-listeners.ts';

export interface AccountPoolDeps extends AccountBookDeps {
  readonly rules: () => MachineRules & SelectionRules;
}

/** What an account knows of its credential. */
export type TokenLife = Pick<Account, 'generation' | 'expiresAt' | 'loginExpiresAt'>;

export interface PoolQuery extends Omit<SelectionQuery, 'now'> {
  /** The account that holds the conversation, if any; `isCold`: its prompt cache is likely gone. */
  readonly home: { readonly accountId: string; readonly isCold: boolean } | null;
}

export interface PoolChoice {
  readonly account: Account;
  readonly why: 'rotation' | 'affinity';
  /** The account's place, taken already: to be ended or released. */
  readonly slot: Slot;
  /** The first accounts that were looked at, in the order of looking. */
  readonly considered: readonly Considered[];
}

const NOBODY: ReadonlySet<string> = new Set();

/** Its former credential was of no use; a newer one may be. Not so where a right was withheld, which a refresh does not bring. */
function wasRefused(account: Account): boolean {
  const health = healthOf(account);
  return health.state === 'invalid' && health.reason !== 'inference_withheld';
}

/** What a person does, or would have to know of before doing something else; traffic alone makes no new revision. */
const BY_PEOPLE: ReadonlySet<AccountEvent['type']> = new Set(['disabled', 'idle', 'enabled', 'limit_cleared', 'reauthorized']);

/** So many of those looked at are remembered: enough to understand a choice, and no cost in large pools. */
const MAX_CONSIDERED = 20;

export class AccountPool {
  readonly #deps: AccountPoolDeps;
  readonly #book: AccountBook;
  #cursor: Cursor | null = null;
  readonly #listeners = new PoolListeners();
  readonly onEffect = this.#listeners.onEffect.bind(this.#listeners);
  readonly onChange = this.#listeners.onChange.bind(this.#listeners);
  readonly onTouch = this.#listeners.onTouch.bind(this.#listeners);
  readonly onceChance = this.#listeners.onceChance.bind(this.#listeners);
  /** Those who wait for an account look again; who finds nothing waits anew. */
  readonly offerChance = this.#listeners.chance.bind(this.#listeners);

  constructor(deps: AccountPoolDeps) {
    this.#deps = deps;
    this.#book = new AccountBook(deps, this.#listeners);
  }

  /** Reads what is stored. `lifeOf` tells what the credential store holds: it, not the account file, is the truth about tokens. */
  async load(lifeOf: (id: string) => TokenLife | undefined): Promise<void> {
    await this.#book.load((entry) => {
      const { id, generation: known } = entry.account;
      const { generation, expiresAt, loginExpiresAt } = lifeOf(id) ?? entry.account;
      // The credential came of a login or a proof whose word about the account was lost in a crash.
      const isAcquitted = generation > known && wasRefused(entry.account);
      const event = { type: 'reauthorized', at: this.#deps.now(), generation, expiresAt, loginExpiresAt } as const;
      if (isAcquitted) this.apply(id, event, { summary: 'a newer credential than the one that was refused was found at start' });
      // By name: whatever else the caller's object holds must not end up among the accounts.
      entry.account = { ...entry.account, generation, expiresAt, loginExpiresAt };
    });
  }

  /** Every account, in the order of creation. The array is replaced at every change, never altered. */
  list(): readonly Account[] {
    return this.#book.list();
  }

  get(id: string): Account | undefined {
    return this.#book.get(id)?.account;
  }

  history(id: string): readonly AccountEventRecord[] {
    return this.#book.get(id)?.history ?? [];
  }

  countersOf(id: string): AccountCounters {
    return this.#book.get(id)?.counters ?? noCounters;
  }

  inFlight(id: string): number {
    return this.#book.get(id)?.inFlight ?? 0;
  }

  /** Memory is ahead of the disk, because the disk refuses. */
  get storageFailing(): boolean {
    return this.#book.storageFailing;
  }

  /** The account that shall serve, its place taken; null when none is eligible. Synchronous, so that no two requests share a turn. */
  choose(query: PoolQuery): PoolChoice | null {
    const now = this.#deps.now();
    const considered: Considered[] = [];
    const look = ({ account }: { readonly account: Account }, exclusion: Exclusion | null, score: number | null) => {
      if (considered.length < MAX_CONSIDERED)
        considered.push({ accountId: account.id, accountName: account.name, exclusion, score });
    };
    const candidate = query.home && this.#book.get(query.home.accountId);
    const home = candidate ? { candidate, isCold: query.home?.isCold ?? false } : null;
    const choice = selectAccount(this.#book.roster, { ...query, now, home }, this.#cursor, { ...this.#deps.rules(), look });
    if (!choice) return null;
    const chosen = choice.candidate;
    const { id, status } = chosen.account;
    if (choice.why === 'rotation') this.#cursor = chosen.account;
    if (status.state === 'rate_limited') this.apply(id, { type: 'cooldown_elapsed', at: now }, { summary: 'it may serve again' });
    return { account: chosen.account, why: choice.why, slot: this.reserve(id), considered };
  }

  /** The earliest instant at which the query may find an account; null when waiting is of no use. */
  nextChance(query: PoolQuery): EpochMs | null {
    return nextChance(this.#book.order, { ...query, now: this.#deps.now() }, this.#deps.rules());
  }

  /** Everything that keeps the account from serving a request for this model family now. Undefined when there is no such account. */
  obstacles(id: string, family: string | null): readonly Obstacle[] | undefined {
    const entry = this.#book.get(id);
    const query = { now: this.#deps.now(), family, tried: NOBODY, notKind: null, only: null, evenOnProbation: false };
    return entry && obstaclesOf(entry, query, this.#deps.rules());
  }

  /** Takes a place on the account for one more attempt of a request that has it already. */
  reserve(id: string): Slot {
    const entry = this.#book.get(id);
    if (!entry) return { end: () => undefined, release: () => undefined };
    const slot = entry.take((result) => {
      if (result && this.#book.get(id) === entry) {
        entry.counters = counted(entry.counters, result, this.#deps.now());
        this.#book.touch(id);
      }
      this.#book.noteChange(entry);
      this.offerChance();
    });
    this.#book.noteChange(entry);
    return slot;
  }

  /** The account has just served a request: whatever trial it was on is passed. */
  noteSuccess(id: string): void {
    const entry = this.#book.get(id);
    if (!entry || entry.trial === 'none') return;
    entry.trial = 'none';
    this.offerChance();
  }

  /** Applies a verdict: memory at once, the file within a second. Undefined when the account is gone. */
  apply(id: string, event: AccountEvent, evidence: Evidence): Account | undefined {
    const changed = this.#transit(id, event, evidence);
    if (changed) this.#book.touch(id);
    return this.get(id);
  }

  /** Applies a person's change: resolves when it is durable. The change counts in memory at once and is undone when storage refuses. */
  async applyDurably(id: string, event: AccountEvent, evidence: Evidence): Promise<Account | undefined> {
    const before = this.get(id);
    if (!before || !this.#transit(id, event, evidence)) return this.get(id);
    await this.#book.storeOrUndo(id, before);
    return this.get(id);
  }

  /** @throws StorageError when the account could not be stored; it is not in the pool then. */
  add(account: Account, evidence: Evidence): Promise<void> {
    return this.#book.add(account, evidence);
  }

  /** Changes what a person may edit (name, priority, limits, identity); never the status. Durable before it is acknowledged. */
  async edit(id: string, change: (account: Account) => Account, evidence: Evidence): Promise<Account | undefined> {
    const entry = this.#book.get(id);
    if (!entry) return undefined;
    const before = entry.account;
    const wanted = change(before);
    const edited = {
      ...before,
      name: wanted.name,
      priority: wanted.priority,
      limits: wanted.limits,
      identity: wanted.identity,
      revision: before.revision + 1,
      updatedAt: this.#deps.now(),
    };
    this.#book.record(entry, edited, 'edited', evidence);
    await this.#book.storeOrUndo(id, before);
    return this.get(id);
  }

  /** False when there was no such account. Requests in flight on it finish. */
  remove(id: string, evidence: Evidence): Promise<boolean> {
    return this.#book.remove(id, evidence);
  }

  /** The account waits for one model family until `until`; a later end wins. */
  bench(id: string, family: string, until: EpochMs, evidence: Evidence): void {
    const entry = this.#book.get(id);
    if (!entry) return;
    const now = this.#deps.now();
    const running = entry.account.benches.filter((bench) => bench.until > now);
    if (running.some((bench) => bench.family === family && bench.until >= until)) return;
    const benches = [...running.filter((bench) => bench.family !== family), { family, until }];
    this.#book.record(entry, { ...entry.account, benches }, 'family_benched', evidence);
    this.#book.touch(id);
  }

  /** Forgets every family bench; part of clearing an account's limits. */
  clearBenches(id: string): void {
    const entry = this.#book.get(id);
    if (!entry || entry.account.benches.length === 0) return;
    this.#book.set(entry, { ...entry.account, benches: [] });
    this.#book.touch(id);
  }

  /** What a reply said about the account's quota windows. */
  noteWindows(id: string, reported: readonly QuotaWindow[]): void {
    const entry = this.#book.get(id);
    if (!entry) return;
    const windows = mergeWindows(entry.account.windows, reported);
    if (windows === entry.account.windows) return;
    this.#book.set(entry, { ...entry.account, windows });
    this.#book.touch(id);
  }

  /** How the last refresh went: `error` in plain words without a secret, or null after a success. */
  noteRefresh(id: string, { error }: { readonly error: string | null }): void {
    const entry = this.#book.get(id);
    if (!entry) return;
    const at = this.#deps.now();
    const outcome =
      error === null ? { lastRefreshedAt: at, lastRefreshError: null } : { lastRefreshError: { at, message: error } };
    const account = { ...entry.account, ...outcome };
    if (error === null) this.#book.set(entry, account);
    else this.#book.record(entry, account, 'refresh_failed', { summary: error });
    this.#book.touch(id);
  }

  /** Resolves when the account is durable as it is now. @throws StorageError; the account stays as it is, and its write is repeated */
  store(id: string): Promise<void> {
    return this.#book.store(id);
  }

  /** Brings everything that is due to storage. */
  flush(): Promise<void> {
    return this.#book.flush();
  }

  #transit(id: string, event: AccountEvent, evidence: Evidence): boolean {
    const entry = this.#book.get(id);
    if (!entry) return false;
    const { account, effects } = transition(entry.account, event, this.#deps.rules());
    const isChange = account !== entry.account;
    if (isChange) {
      if (event.type === 'cooldown_elapsed') entry.trial = 'due';
      else if (account.status.state !== 'active') entry.trial = 'none';
      const revision = account.revision + (BY_PEOPLE.has(event.type) ? 1 : 0);
      this.#book.record(entry, { ...account, revision, updatedAt: this.#deps.now() }, event.type, evidence);
    }
    for (const effect of effects) this.#listeners.effect(effect, account);
    return isChange;
  }
}
