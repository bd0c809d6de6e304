/** Who wants to know what happens in the pool. A listener must not throw and must not wait: it is called on a request's way. */
import type { Account } from '../core/account.ts';
import type { Effect } from '../core/account-machine.ts';
import type { AccountEventRecord } from './account-event-record.ts';

type EffectListener = (effect: Effect, account: Account) => void;
type ChangeListener = (record: AccountEventRecord, account: Account) => void;
type TouchListener = (id: string) => void;

export class PoolListeners {
  readonly #effects: EffectListener[] = [];
  readonly #changes: ChangeListener[] = [];
  readonly #touches: TouchListener[] = [];
  readonly #chances = new Set<() => void>();

  /** Something is to be set in motion for an account. */
  onEffect(listener: EffectListener): void {
    this.#effects.push(listener);
  }

  /** Something was recorded in an account's history, its beginning and its end included. */
  onChange(listener: ChangeListener): void {
    this.#changes.push(listener);
  }

  /** An account looks different, in whatever way: also its windows, and how busy it is. */
  onTouch(listener: TouchListener): void {
    this.#touches.push(listener);
  }

  /** Calls `listener` once, when an attempt ends, an account passes its trial, or an account changes. Returns a way to call it off. */
  onceChance(listener: () => void): () => void {
    this.#chances.add(listener);
    return () => this.#chances.delete(listener);
  }

  effect(effect: Effect, account: Account): void {
    for (const listener of this.#effects) listener(effect, account);
  }

  change(record: AccountEventRecord, account: Account): void {
    for (const listener of this.#changes) listener(record, account);
    this.chance();
  }

  touch(id: string): void {
    for (const listener of this.#touches) listener(id);
  }

  /** Those who wait look again; who finds nothing waits anew. */
  chance(): void {
    if (this.#chances.size === 0) return;
    const waiting = [...this.#chances];
    this.#chances.clear();
    for (const listener of waiting) listener();
  }
}
