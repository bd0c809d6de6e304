/** Brings the newest state of many records to storage within a bounded time, without making anybody wait for the disk. */
import type { DurationMs } from '../core/time.ts';

export interface WriteBehindDeps {
  /** Writes the record's newest state; rejects when the medium refuses. */
  readonly write: (id: string) => Promise<void>;
  /** Longest time between a change and the start of its write. */
  readonly delayMs: DurationMs;
  /** Wait before a refused write is tried again. */
  readonly retryMs: DurationMs;
  /** Told about every refused write, and about the first success after one. */
  readonly onOutcome: (outcome: { readonly ok: boolean }) => void;
}

export class WriteBehind {
  readonly #deps: WriteBehindDeps;
  readonly #dirty = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #failing = false;

  constructor(deps: WriteBehindDeps) {
    this.#deps = deps;
  }

  /** The last write was refused, so that memory is ahead of the disk. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Notes that the record has changed; many changes until the write become one. */
  touch(id: string): void {
    this.#dirty.add(id);
    this.#arm(this.#deps.delayMs);
  }

  /** The record is being written by somebody else, or is gone. */
  forget(id: string): void {
    this.#dirty.delete(id);
  }

  /** Writes everything that is due now. Resolves when tried once; what was refused stays due. */
  async flush(): Promise<void> {
    await this.#running;
    this.#disarm();
    await this.#run();
  }

  #arm(delayMs: DurationMs): void {
    if (this.#timer || this.#running) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, delayMs);
    this.#timer.unref();
  }

  #disarm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    const due = [...this.#dirty];
    if (due.length === 0) return;
    this.#dirty.clear();
    this.#running = this.#writeAll(due);
    await this.#running;
    this.#running = null;
    if (this.#dirty.size > 0) this.#arm(this.#failing ? this.#deps.retryMs : this.#deps.delayMs);
  }

  async #writeAll(due: readonly string[]): Promise<void> {
    const results = await Promise.allSettled(due.map((id) => this.#deps.write(id)));
    const refused = due.filter((_, index) => results[index]?.status === 'rejected');
    for (const id of refused) this.#dirty.add(id);
    const failing = refused.length > 0;
    if (failing || this.#failing) this.#deps.onOutcome({ ok: !failing });
    this.#failing = failing;
  }
}
