/**
 * Keeps every account's secret: memory is the truth that requests read, storage is the truth that survives.
 *
 * A credential is durable before it is used. The one exception is a new pair that the authorization server has already committed while
 * storage refuses it: it serves from memory, and the write is repeated until it succeeds. Changes of one account happen one after
 * another, and every change names the generation it is about, so that a late answer never overwrites newer news.
 */
import type { Credential, RefreshIntent } from '../core/credential.ts';
import { withIntent, withoutIntent } from '../core/refresh-journal.ts';
import { steadyBackoffMs } from '../core/steady-backoff.ts';
import type { DurationMs } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';

const RETRY_BASE_MS = 1000;
const RETRY_MAX_MS = 60_000;

/** Resolves after `ms`, or at once when the signal is aborted. */
export type Delay = (ms: DurationMs, signal: AbortSignal) => Promise<void>;

export interface CredentialVaultDeps {
  readonly store: RecordStore<Credential>;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told when storage begins to refuse writes, and when it takes them again. */
  readonly onStorage: (outcome: { readonly ok: boolean; readonly error?: unknown }) => void;
}

/** `pending`: storage refused; the credential serves from memory until the write succeeds. `superseded`: newer news came first. */
export type CommitResult = 'stored' | 'pending' | 'superseded';

export class CredentialVault {
  readonly #deps: CredentialVaultDeps;
  readonly #credentials = new Map<string, Credential>();
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Accounts whose credential in memory is ahead of storage. */
  readonly #unsaved = new Set<string>();
  readonly #closing = new AbortController();
  #retrying = false;

  constructor(deps: CredentialVaultDeps) {
    this.#deps = deps;
  }

  /** @throws StorageError when the credentials cannot be read */
  async load(): Promise<void> {
    for (const credential of await this.#deps.store.list()) this.#credentials.set(credential.id, credential);
  }

  get(id: string): Credential | undefined {
    return this.#credentials.get(id);
  }

  /** What may be known about a credential outside of here: no secret. */
  lifeOf(id: string): Pick<Credential, 'generation' | 'expiresAt' | 'loginExpiresAt'> | undefined {
    const credential = this.#credentials.get(id);
    if (!credential) return undefined;
    const { generation, expiresAt, loginExpiresAt } = credential;
    return { generation, expiresAt, loginExpiresAt };
  }

  list(): readonly Credential[] {
    return [...this.#credentials.values()];
  }

  /** Storage has refused a write that is still to be made, so that memory is ahead of the disk. */
  degraded(): boolean {
    return this.#unsaved.size > 0;
  }

  /** @throws StorageError when it could not be stored; there is no such credential then */
  add(credential: Credential): Promise<void> {
    return this.#inTurn(credential.id, async () => {
      if (this.#credentials.has(credential.id)) throw new Error(`a credential for ${credential.id} exists`);
      await this.#deps.store.update(credential.id, () => credential);
      this.#credentials.set(credential.id, credential);
    });
  }

  /** Answers that arrive for it later are discarded. @throws StorageError when storage refuses; the credential stays then */
  remove(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      await this.#deps.store.update(id, () => undefined);
      this.#credentials.delete(id);
      this.#saved(id);
    });
  }

  /**
   * Puts a new login or a new secret in place of whatever is there; it becomes the newest generation, whatever its own field says.
   * @throws StorageError when it could not be stored; the former credential stays then
   */
  replace(id: string, next: Omit<Credential, 'id' | 'generation'>): Promise<Credential | undefined> {
    return this.#inTurn(id, async () => {
      const current = this.#credentials.get(id);
      if (!current) return undefined;
      const newest = { ...next, id, generation: current.generation + 1 };
      await this.#store(newest);
      return newest;
    });
  }

  /**
   * Notes that the refresh token is about to be spent. Nothing may be sent when this throws, or when the generation is `superseded`.
   * `orInMemory`: storage may refuse, because there is nothing left to lose; the note then lives in memory until storage takes it.
   * @throws StorageError when the note is not durable
   */
  writeIntent(id: string, intent: RefreshIntent, { orInMemory = false } = {}): Promise<CommitResult> {
    return this.#inTurn(id, async () => {
      const current = this.#credentials.get(id);
      if (current?.generation !== intent.generation) return 'superseded';
      const noted = withIntent(current, intent);
      if (orInMemory) return this.#storeOrKeep(noted);
      try {
        await this.#store(noted);
        return 'stored';
      } catch (error) {
        this.#saveLater(id, error);
        throw error;
      }
    });
  }

  /** The call spent nothing: the journal returns to what `before` says. Memory at once; storage may follow later, since an entry too many is harmless. */
  withdrawIntent(before: Credential): Promise<void> {
    return this.#inTurn(before.id, async () => {
      const current = this.#credentials.get(before.id);
      if (current?.generation !== before.generation || current.intent === before.intent) return;
      await this.#storeOrKeep(withoutIntent(current, before));
    });
  }

  /** Puts the outcome of a refresh of generation `expected` in place, if that is still the newest one. */
  commit(id: string, expected: number, next: Credential): Promise<CommitResult> {
    return this.#inTurn(id, async () => {
      if (this.#credentials.get(id)?.generation !== expected) return 'superseded';
      return this.#storeOrKeep(next);
    });
  }

  /** Tries once to bring everything to storage. Resolves also when storage still refuses. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#queues.values());
    await Promise.all([...this.#unsaved].map((id) => this.#saveNow(id)));
  }

  /** No more writes are repeated in the background. */
  close(): void {
    this.#closing.abort();
  }

  /** Changes of one account run one after another; a failed one does not hinder the next. */
  #inTurn<T>(id: string, change: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const run = before.then(change, change);
    const settled = run
      .catch(() => undefined)
      .finally(() => {
        if (this.#queues.get(id) === settled) this.#queues.delete(id);
      });
    this.#queues.set(id, settled);
    return run;
  }

  /** Durable first, then visible. Never replaces a newer generation that storage may hold. */
  async #store(credential: Credential): Promise<void> {
    const { id, generation } = credential;
    const stored = await this.#deps.store.update(id, (there) => (there && there.generation > generation ? there : credential));
    this.#credentials.set(id, stored ?? credential);
    this.#saved(credential.id);
  }

  /** Whatever goes wrong: what the authorization server has committed must not be lost. */
  async #storeOrKeep(credential: Credential): Promise<'stored' | 'pending'> {
    try {
      await this.#store(credential);
      return 'stored';
    } catch (error) {
      this.#credentials.set(credential.id, credential);
      this.#saveLater(credential.id, error);
      return 'pending';
    }
  }

  #saved(id: string): void {
    if (this.#unsaved.delete(id) && this.#unsaved.size === 0) this.#deps.onStorage({ ok: true });
  }

  #saveLater(id: string, error: unknown): void {
    if (this.#unsaved.size === 0) this.#deps.onStorage({ ok: false, error });
    this.#unsaved.add(id);
    if (!this.#retrying) void this.#retryUntilSaved();
  }

  /** Ends when everything is saved, or at close. */
  async #retryUntilSaved(): Promise<void> {
    this.#retrying = true;
    for (let retry = 0; this.degraded() && !this.#closing.signal.aborted; retry += 1) {
      await this.#deps.delay(steadyBackoffMs(retry, RETRY_BASE_MS, RETRY_MAX_MS, this.#deps.random()), this.#closing.signal);
      if (!this.#closing.signal.aborted) await Promise.all([...this.#unsaved].map((id) => this.#saveNow(id)));
    }
    this.#retrying = false;
  }

  #saveNow(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const credential = this.#credentials.get(id);
      if (!credential || !this.#unsaved.has(id)) return;
      // A copy, since an update that returns the stored object itself writes nothing and would prove nothing.
      await this.#store({ ...credential }).catch(() => undefined);
    });
  }
}
