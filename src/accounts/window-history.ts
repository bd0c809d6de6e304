/** How full each account's quota windows were over the last week: from the replies that pass anyhow, written behind them. */
import type { Account, QuotaWindow } from '../core/account.ts';
import type { DurationMs, Now } from '../core/time.ts';
import { samplesAt, type WindowSample, type WindowSeries, withReport } from '../core/window-samples.ts';
import type { RecordStore } from '../storage/store.ts';
import type { AccountPool } from './account-pool.ts';
import { WriteBehind } from './write-behind.ts';

export interface WindowRecord {
  /** The account's. */
  readonly id: string;
  readonly series: readonly WindowSeries[];
}

export interface WindowHistoryDeps {
  readonly store: RecordStore<WindowRecord>;
  readonly pool: Pick<AccountPool, 'get' | 'onTouch' | 'onChange'>;
  readonly now: Now;
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

/** A crash costs the history so much at most, and a busy pool no more than one write in this time. */
const WRITE_DELAY_MS: DurationMs = 300_000;
const WRITE_RETRY_MS: DurationMs = 60_000;

export class WindowHistory {
  readonly #deps: WindowHistoryDeps;
  readonly #records = new Map<string, readonly WindowSeries[]>();
  /** As last looked at: most touches of an account change no window. */
  readonly #seen = new Map<string, readonly QuotaWindow[]>();
  readonly #writes: WriteBehind;

  constructor(deps: WindowHistoryDeps) {
    this.#deps = deps;
    this.#writes = new WriteBehind({
      write: (id) => this.#write(id),
      delayMs: WRITE_DELAY_MS,
      retryMs: WRITE_RETRY_MS,
      onOutcome: deps.onStorage,
    });
    deps.pool.onTouch((id) => {
      const account = deps.pool.get(id);
      if (account) this.#note(account);
    });
    deps.pool.onChange(({ type }, { id }) => {
      if (type === 'removed') this.#forget(id);
    });
  }

  /** @throws StorageError */
  async load(): Promise<void> {
    for (const { id, series } of await this.#deps.store.list()) {
      this.#records.set(id, series);
      if (!this.#deps.pool.get(id)) this.#forget(id);
    }
  }

  /** Oldest first; between two samples the window did not change. */
  of(id: string): readonly { readonly name: string; readonly samples: readonly WindowSample[] }[] {
    const now = this.#deps.now();
    return (this.#records.get(id) ?? []).map((series) => ({ name: series.name, samples: samplesAt(series, now) }));
  }

  flush(): Promise<void> {
    return this.#writes.flush();
  }

  #note({ id, windows }: Account): void {
    if (this.#seen.get(id) === windows) return;
    this.#seen.set(id, windows);
    const before = this.#records.get(id) ?? [];
    const after = withReport(before, windows, this.#deps.now());
    if (after === before) return;
    this.#records.set(id, after);
    this.#writes.touch(id);
  }

  #forget(id: string): void {
    this.#seen.delete(id);
    if (this.#records.delete(id)) this.#writes.touch(id);
  }

  async #write(id: string): Promise<void> {
    const series = this.#records.get(id);
    await this.#deps.store.update(id, () => series && { id, series });
  }
}
