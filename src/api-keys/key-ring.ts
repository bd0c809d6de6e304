/** The clients' keys, in memory by their hash: one digest and one look-up per request. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { WriteBehind } from '../accounts/write-behind.ts';
import { formatKey, isWellFormedKey, VISIBLE_LENGTH } from '../core/client-key-format.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';
import type { ApiKey, ApiKeyRole } from './api-key.ts';

export interface NewKey {
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly expiresAt: EpochMs | null;
}

export interface KeyRingDeps {
  readonly store: RecordStore<ApiKey>;
  readonly now: Now;
  readonly newId: (prefix: 'key') => string;
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

const USE_DELAY_MS = 3000;
const WRITE_RETRY_MS = 10_000;

const hashKey = (key: string): string => hash('sha256', key, 'hex');

/** Compares secrets in time that does not tell how much of them agrees. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

export class KeyRing {
  readonly #deps: KeyRingDeps;
  readonly #byHash = new Map<string, ApiKey>();
  readonly #byId = new Map<string, ApiKey>();
  readonly #uses: WriteBehind;

  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
    this.#uses = new WriteBehind({
      write: async (id) => {
        const lastUsedAt = this.#byId.get(id)?.lastUsedAt ?? null;
        await deps.store.update(id, (current) => current && { ...current, lastUsedAt });
      },
      delayMs: USE_DELAY_MS,
      retryMs: WRITE_RETRY_MS,
      onOutcome: deps.onStorage,
    });
  }

  async load(): Promise<void> {
    for (const key of await this.#deps.store.list()) this.#keep(key);
  }

  /** The key that was presented, whatever its state; undefined for anything that is none of ours. */
  find(presented: string): ApiKey | undefined {
    return isWellFormedKey(presented) ? this.#byHash.get(hashKey(presented)) : undefined;
  }

  list(): readonly ApiKey[] {
    return [...this.#byId.values()].toSorted((a, b) => a.createdAt - b.createdAt);
  }

  get(id: string): ApiKey | undefined {
    return this.#byId.get(id);
  }

  /** Makes a key. `secret` exists only here: nobody can show it again. @throws StorageError */
  async create({ name, role, expiresAt }: NewKey): Promise<{ readonly key: ApiKey; readonly secret: string }> {
    const secret = formatKey(randomBytes(32));
    const key: ApiKey = {
      id: this.#deps.newId('key'),
      name,
      prefix: secret.slice(0, VISIBLE_LENGTH),
      hash: hashKey(secret),
      role,
      enabled: true,
      expiresAt,
      createdAt: this.#deps.now(),
      lastUsedAt: null,
    };
    await this.#deps.store.update(key.id, () => key);
    this.#keep(key);
    return { key, secret };
  }

  /** Changes a key; durable when resolved. Undefined when there is none. @throws StorageError */
  async update(id: string, change: Partial<Pick<ApiKey, 'name' | 'enabled' | 'expiresAt'>>): Promise<ApiKey | undefined> {
    const stored = await this.#deps.store.update(id, (current) => current && { ...current, ...change });
    if (stored) this.#keep({ ...stored, lastUsedAt: this.#byId.get(id)?.lastUsedAt ?? stored.lastUsedAt });
    return this.#byId.get(id);
  }

  /** False when there was no such key. It is refused from this instant. @throws StorageError */
  async remove(id: string): Promise<boolean> {
    const key = this.#byId.get(id);
    if (!key) return false;
    await this.#deps.store.update(id, () => undefined);
    this.#uses.forget(id);
    this.#byId.delete(id);
    this.#byHash.delete(key.hash);
    return true;
  }

  /** Notes that the key was used now; written a few seconds later, many uses in one write. */
  noteUse(id: string): void {
    const key = this.#byId.get(id);
    if (!key) return;
    this.#keep({ ...key, lastUsedAt: this.#deps.now() });
    this.#uses.touch(id);
  }

  flush(): Promise<void> {
    return this.#uses.flush();
  }

  #keep(key: ApiKey): void {
    this.#byId.set(key.id, key);
    this.#byHash.set(key.hash, key);
  }
}
