/**
 * What an administrator was told is done. After a crash the server must show exactly this; only the one change that was under way when
 * the process died may have happened or not.
 */
import assert from 'node:assert/strict';

interface Fields {
  readonly name: string;
  readonly enabled: boolean;
  readonly priority?: number;
}

export type Pending =
  | { readonly kind: 'changed'; readonly id: string; readonly change: Partial<Fields> }
  | { readonly kind: 'added'; readonly name: string }
  | { readonly kind: 'removed'; readonly id: string };

export class Acknowledged {
  readonly #what: string;
  readonly #known = new Map<string, Fields>();
  #pending: Pending | null = null;

  /** `what`: the kind of thing, for the reader of a failed test. */
  constructor(what: string) {
    this.#what = what;
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  get(id: string): Fields | undefined {
    return this.#known.get(id);
  }

  /** A change is sent; until it is acknowledged it may have happened or not. One at a time. */
  begin(pending: Pending): void {
    assert.equal(this.#pending, null);
    this.#pending = pending;
  }

  /** The server has said that the change is made. `id`: of what was added. */
  acknowledge(id?: string): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending?.kind === 'added' && id !== undefined) this.#known.set(id, { name: pending.name, enabled: true });
    if (pending?.kind === 'removed') this.#known.delete(pending.id);
    const before = pending?.kind === 'changed' ? this.#known.get(pending.id) : undefined;
    if (pending?.kind === 'changed' && before) this.#known.set(pending.id, { ...before, ...pending.change });
  }

  /** Holds what the server shows against what it has acknowledged. Returns what it shows although its removal was begun. */
  compare(shown: ReadonlyMap<string, Fields>): readonly string[] {
    const pending = this.#pending;
    this.#pending = null;
    const halfRemoved: string[] = [];
    for (const [id, fields] of this.#known) {
      const now = shown.get(id);
      const isRemoved = pending?.kind === 'removed' && pending.id === id;
      assert.ok(now || isRemoved, `${this.#what} ${fields.name} is lost`);
      if (isRemoved) {
        if (now) halfRemoved.push(id);
        else this.#known.delete(id);
        continue;
      }
      if (now)
        this.#known.set(id, this.#agreed(fields, now, pending?.kind === 'changed' && pending.id === id ? pending.change : {}));
    }
    for (const [id, fields] of shown) {
      if (this.#known.has(id)) continue;
      assert.equal(pending?.kind, 'added', `${this.#what} ${fields.name} has come from nowhere`);
      this.#known.set(id, fields);
    }
    return halfRemoved;
  }

  #agreed(acknowledged: Fields, shown: Fields, change: Partial<Fields>): Fields {
    const may = [acknowledged, { ...acknowledged, ...change }];
    const fits = may.some((fields) =>
      Object.entries(fields).every(([key, value]) => (shown as unknown as Record<string, unknown>)[key] === value),
    );
    assert.ok(fits, `${this.#what}: ${JSON.stringify(shown)} instead of ${JSON.stringify(may)}`);
    return shown;
  }
}
