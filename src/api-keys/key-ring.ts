/** The clients' keys, in memory by their hash: one digest and one look-up per request. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { WriteBehind } from '../accounts/write-behind.ts';
import { formatKey, isWellFormedKey, VISIBLE_LENGTH } from '../core/client-key-format.ts';
import { declaredId, isDeclared } from '../core/declared-id.ts';
import { nameKey } from '../core/name-key.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';
import type { ApiKey, ApiKeyRole } from './api-key.ts';

export interface NewKey {
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly expiresAt: EpochMs | null;
}

/** A key that the configuration declares. */
export interface DeclaredSecret {
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly secret: string;
}

export interface KeyRingDeps {
  readonly store: RecordStore<ApiKey>;
  readonly now: Now;
  readonly newId: (prefix: 'key') => string;
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

const USE_DELAY_MS = 3000;
const WRITE_RETRY_MS = 10_000;

/** What a key is at its beginning. */
const newKey = { enabled: true, expiresAt: null, lastUsedAt: null, former: null, revision: 1 } as const;

/** Of a key that is not of our own making less is shown: nobody knows how much of it is chance. */
const visiblePart = (secret: string): string => secret.slice(0, isWellFormedKey(secret) ? VISIBLE_LENGTH : 4);

const idOf = ({ name }: DeclaredSecret): string => declaredId('key', hash('sha256', nameKey(name), 'hex'));

const hashKey = (key: string): string => hash('sha256', key, 'hex');

/** Compares secrets in time that does not tell how much of them agrees. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

export class KeyRing {
  readonly #deps: KeyRingDeps;
  readonly #byHash = new Map<string, ApiKey>();
  readonly #byId = new Map<string, ApiKey>();
  readonly #uses: WriteBehind;
  /** Some declared key is not of our own making, so that a key cannot be told by its form. */
  #hasForeign = false;
  readonly #listeners: ((id: string) => void)[] = [];

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

  /** The key that was presented, whatever its state, and by its former secret as long as that is valid; undefined for anything that is none of ours. */
  find(presented: string): ApiKey | undefined {
    if (!isWellFormedKey(presented) && !this.#hasForeign) return undefined;
    const hashed = hashKey(presented);
    const key = this.#byHash.get(hashed);
    if (!key || key.hash === hashed) return key;
    return key.former !== null && key.former.validUntil > this.#deps.now() ? key : undefined;
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
    const facts = { name, role, expiresAt, hash: hashKey(secret), prefix: visiblePart(secret) };
    const key = { ...newKey, ...facts, id: this.#deps.newId('key'), createdAt: this.#deps.now() };
    await this.#add(key);
    return { key, secret };
  }

  /**
   * Changes a key; durable when resolved. Undefined when there is none. `check` sees the key as nobody can change it any more before;
   * what it throws is passed on, and nothing is changed. @throws StorageError
   */
  async update(
    id: string,
    change: Partial<Pick<ApiKey, 'name' | 'enabled' | 'expiresAt'>>,
    check: (current: ApiKey) => void = () => undefined,
  ): Promise<ApiKey | undefined> {
    return this.#change(id, (current) => {
      check(current);
      return change;
    });
  }

  /**
   * Gives the key a new secret, durable when resolved; undefined when there is no such key. The secret that it had works on for
   * `graceMs`, one from before an earlier rotation no longer. `check` as for `update`. @throws StorageError
   */
  async rotate(
    id: string,
    graceMs: DurationMs,
    check: (current: ApiKey) => void = () => undefined,
  ): Promise<{ readonly key: ApiKey; readonly secret: string } | undefined> {
    const secret = formatKey(randomBytes(32));
    const fresh = { prefix: visiblePart(secret), hash: hashKey(secret) };
    const validUntil = this.#deps.now() + graceMs;
    const key = await this.#change(id, (current) => {
      check(current);
      return { ...fresh, former: graceMs > 0 ? { hash: current.hash, validUntil } : null };
    });
    return key && { key, secret };
  }

  /** Holds exactly these declared keys beside those that were made here; ids come from names. @throws StorageError */
  async declare(declared: readonly DeclaredSecret[]): Promise<void> {
    const wanted = new Map(declared.map((entry) => [idOf(entry), entry]));
    for (const { id } of this.list().filter(isDeclared)) if (!wanted.has(id)) await this.remove(id);
    for (const [id, { name, role, secret }] of wanted) {
      const known = this.#byId.get(id);
      const facts = { name, role, hash: hashKey(secret), prefix: visiblePart(secret) };
      if (!known) await this.#add({ ...newKey, ...facts, id, createdAt: this.#deps.now() });
      else if (known.hash !== facts.hash || known.role !== role) await this.#change(id, () => facts);
    }
    this.#hasForeign = declared.some(({ secret }) => !isWellFormedKey(secret));
  }

  /** False when there was no such key. It is refused from this instant. @throws StorageError */
  async remove(id: string): Promise<boolean> {
    const key = this.#byId.get(id);
    if (!key) return false;
    await this.#deps.store.update(id, () => undefined);
    this.#uses.forget(id);
    this.#forgetHashes(this.#byId.get(id) ?? key);
    this.#byId.delete(id);
    this.#changed(id);
    return true;
  }

  /** Notes that the key was used now; written a few seconds later, many uses in one write. */
  noteUse(id: string): void {
    const key = this.#byId.get(id);
    if (!key) return;
    this.#keep({ ...key, lastUsedAt: this.#deps.now() });
    this.#uses.touch(id);
  }

  /** Called when a person made, changed, rotated or removed the key; not for uses. */
  onChange(listener: (id: string) => void): void {
    this.#listeners.push(listener);
  }

  flush(): Promise<void> {
    return this.#uses.flush();
  }

  async #add(key: ApiKey): Promise<void> {
    await this.#deps.store.update(key.id, () => key);
    this.#keep(key);
    this.#changed(key.id);
  }

  /** Durable first, then in memory. */
  async #change(id: string, change: (current: ApiKey) => Partial<ApiKey>): Promise<ApiKey | undefined> {
    const stored = await this.#deps.store.update(
      id,
      (current) => current && { ...current, ...change(current), revision: current.revision + 1 },
    );
    if (!stored) return undefined;
    this.#keep({ ...stored, lastUsedAt: this.#byId.get(id)?.lastUsedAt ?? stored.lastUsedAt });
    this.#changed(id);
    return this.#byId.get(id);
  }

  #changed(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #keep(key: ApiKey): void {
    const before = this.#byId.get(key.id);
    if (before && (before.hash !== key.hash || before.former !== key.former)) this.#forgetHashes(before);
    this.#byId.set(key.id, key);
    this.#byHash.set(key.hash, key);
    if (key.former) this.#byHash.set(key.former.hash, key);
  }

  #forgetHashes({ hash: current, former }: ApiKey): void {
    this.#byHash.delete(current);
    if (former) this.#byHash.delete(former.hash);
  }
}
