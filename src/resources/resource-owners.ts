/** Whose is a batch or a file: the account that holds it, and the API key that made it. Durable, because the upstream keeps them for weeks. */
import type { ResourceKind } from '../core/resources.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';

export interface ResourceOwner {
  /** The upstream's own id: `msgbatch_…`, `file_…`. */
  readonly id: string;
  readonly kind: ResourceKind;
  readonly accountId: string;
  /** Null where no key was asked for. */
  readonly apiKeyId: string | null;
  readonly createdAt: EpochMs;
}

/** The upstream keeps a batch's results for 29 days. */
const KEPT_MS: DurationMs = 35 * 86_400_000;
/** A few megabytes when full; the oldest go first. */
const MAX_OWNERS = 20_000;

export interface ResourceOwnersDeps {
  readonly store: RecordStore<ResourceOwner>;
  readonly now: Now;
}

export class ResourceOwners {
  readonly #deps: ResourceOwnersDeps;
  /** In the order of creation. */
  readonly #owners = new Map<string, ResourceOwner>();

  constructor(deps: ResourceOwnersDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const owner of await this.#deps.store.list()) this.#owners.set(owner.id, owner);
    await this.#forgetOld();
  }

  /** Durable when resolved. @throws StorageError; the owner is known in memory all the same, so that its maker can use it */
  async remember(owner: ResourceOwner): Promise<void> {
    this.#owners.set(owner.id, owner);
    await this.#deps.store.update(owner.id, () => owner);
    await this.#forgetOld();
  }

  async forget(id: string): Promise<void> {
    this.#owners.delete(id);
    await this.#deps.store.update(id, () => undefined);
  }

  /** Undefined for what is unknown, too old, or another key's. */
  ownerOf(id: string, apiKeyId: string | null): ResourceOwner | undefined {
    const owner = this.#owners.get(id);
    return owner && owner.apiKeyId === apiKeyId && !this.#isOld(owner) ? owner : undefined;
  }

  /** The key's own, newest first. */
  listOf(kind: ResourceKind, apiKeyId: string | null): readonly ResourceOwner[] {
    const own = (owner: ResourceOwner) => owner.kind === kind && owner.apiKeyId === apiKeyId && !this.#isOld(owner);
    return [...this.#owners.values()].filter(own).toReversed();
  }

  #isOld({ createdAt }: ResourceOwner): boolean {
    return this.#deps.now() - createdAt >= KEPT_MS;
  }

  async #forgetOld(): Promise<void> {
    let surplus = this.#owners.size - MAX_OWNERS;
    for (const owner of this.#owners.values()) {
      if (surplus <= 0 && !this.#isOld(owner)) return;
      surplus -= 1;
      await this.forget(owner.id);
    }
  }
}
