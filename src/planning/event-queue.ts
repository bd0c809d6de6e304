/** What happens next under the virtual clock: a binary heap by instant, first come first served within an instant. */
import type { EpochMs } from '../core/time.ts';

interface Entry<T> {
  readonly at: EpochMs;
  readonly order: number;
  readonly value: T;
}

export class EventQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #count = 0;

  /** The instant of the next event; null when there is none. */
  get nextAt(): EpochMs | null {
    return this.#heap[0]?.at ?? null;
  }

  push(at: EpochMs, value: T): void {
    const entry = { at, order: this.#count, value };
    this.#count += 1;
    let place = this.#heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || !comesBefore(entry, parent)) break;
      this.#heap[place] = parent;
      place = above;
    }
    this.#heap[place] = entry;
  }

  pop(): T | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (last && last !== top) this.#sink(last);
    return top?.value;
  }

  /** Puts the entry in the place of the top, and those that come before it above it. */
  #sink(entry: Entry<T>): void {
    let place = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]];
      if (!left) break;
      const child = right && comesBefore(right, left) ? right : left;
      if (!comesBefore(child, entry)) break;
      this.#heap[place] = child;
      place = 2 * place + (child === left ? 1 : 2);
    }
    this.#heap[place] = entry;
  }
}

const comesBefore = <T>(a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
