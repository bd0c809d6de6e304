/**
 * An account as the upstream keeps it: a weekly window that follows its calendar, a 5-hour window that begins with the first request
 * after the last one, and a prompt cache. It answers in headers, as the real one does. Only the replay sees its insides.
 */
import type { QuotaWindow } from '../core/account.ts';
import type { HeaderBag } from '../core/rate-limit-headers.ts';
import type { EpochMs } from '../core/time.ts';
import { type CachedPrompt, type Expense, PromptCache } from './prompt-cache.ts';
import { SHORT_WINDOW_MS, WEEK_MS } from './trace.ts';

export interface Capacity {
  /** Units of quota in a weekly and in a 5-hour window. */
  readonly weekly: number;
  readonly short: number;
}

/** One window from its begin to its end, kept after it for the books. */
export interface BookedWindow {
  readonly limit: number;
  readonly endsAt: EpochMs;
  /** Units; may end above the limit by what was in flight when it was reached. */
  used: number;
  /** What the requests served in it would have cost at best. */
  ideal: number;
}

/** A success brings its windows as they would be read from its headers, a refusal the headers themselves, to be judged. */
export type WorldReply =
  | { readonly kind: 'served'; readonly windows: readonly QuotaWindow[]; readonly service: Service }
  | { readonly kind: 'refused'; readonly headers: HeaderBag };

/** A request that is being served. */
export interface Service {
  readonly expense: Expense;
  /** It has ended: its cost counts from now on, in the windows in which it began. */
  settle(): void;
}

export interface WorldAccountStart {
  readonly capacity: Capacity;
  /** The end of the week that is running at the start, and the share of it that is used already. */
  readonly weekEndsAt: EpochMs;
  readonly usedBefore: number;
}

const UNIFIED = 'anthropic-ratelimit-unified-';

export class WorldAccount {
  readonly #capacity: Capacity;
  readonly #cache = new PromptCache();
  readonly #shortWindows: BookedWindow[] = [];
  readonly #weeks: BookedWindow[] = [];
  #week: BookedWindow;
  #short: BookedWindow | null = null;

  constructor({ capacity, weekEndsAt, usedBefore }: WorldAccountStart) {
    this.#capacity = capacity;
    this.#week = this.#book(this.#weeks, capacity.weekly * (1 - usedBefore), weekEndsAt);
  }

  /** Every weekly window so far; the first one holds only what was left at the start. */
  get weeks(): readonly BookedWindow[] {
    return this.#weeks;
  }

  get shortWindows(): readonly BookedWindow[] {
    return this.#shortWindows;
  }

  /** Calls come in the order of their instants. */
  answer(prompt: CachedPrompt & { readonly ideal: Expense }, now: EpochMs): WorldReply {
    this.passTime(now);
    const isShortRunning = this.#short !== null && this.#short.endsAt > now;
    const weekSpent = this.#week.used >= this.#week.limit;
    const shortSpent = isShortRunning && this.#short !== null && this.#short.used >= this.#short.limit;
    if (weekSpent || shortSpent) return { kind: 'refused', headers: this.#headers({ weekSpent, shortSpent }) };
    const short = isShortRunning && this.#short ? this.#short : this.#openShort(now);
    const week = this.#week;
    const expense = this.#cache.serve(prompt, now);
    const settle = () => {
      for (const window of [short, week]) {
        window.used += expense.cost;
        window.ideal += prompt.ideal.cost;
      }
    };
    return { kind: 'served', windows: this.#windows(week, short), service: { expense, settle } };
  }

  /** The calendar goes on, whether somebody asks or not. */
  passTime(now: EpochMs): void {
    while (this.#week.endsAt <= now) this.#week = this.#book(this.#weeks, this.#capacity.weekly, this.#week.endsAt + WEEK_MS);
  }

  /** Resets are told in whole seconds, so windows end at whole seconds. */
  #openShort(now: EpochMs): BookedWindow {
    const endsAt = Math.ceil((now + SHORT_WINDOW_MS) / 1000) * 1000;
    this.#short = this.#book(this.#shortWindows, this.#capacity.short, endsAt);
    return this.#short;
  }

  #book(into: BookedWindow[], limit: number, endsAt: EpochMs): BookedWindow {
    const window = { limit, endsAt, used: 0, ideal: 0 };
    into.push(window);
    return window;
  }

  /** As they stand when the reply begins: its own cost is not in them. */
  #windows(week: BookedWindow, short: BookedWindow): readonly QuotaWindow[] {
    return [
      { name: '5h', status: 'allowed', utilization: short.used / short.limit, resetAt: short.endsAt },
      { name: '7d', status: 'allowed', utilization: this.#usedOfWeek(week), resetAt: week.endsAt },
    ];
  }

  #headers({ weekSpent, shortSpent }: { weekSpent: boolean; shortSpent: boolean }): HeaderBag {
    const short = this.#short;
    return {
      [`${UNIFIED}status`]: 'rejected',
      [`${UNIFIED}7d-status`]: weekSpent ? 'rejected' : 'allowed',
      [`${UNIFIED}7d-utilization`]: String(this.#usedOfWeek(this.#week)),
      [`${UNIFIED}7d-reset`]: String(this.#week.endsAt / 1000),
      ...(shortSpent &&
        short && {
          [`${UNIFIED}5h-status`]: 'rejected',
          [`${UNIFIED}5h-utilization`]: String(short.used / short.limit),
          [`${UNIFIED}5h-reset`]: String(short.endsAt / 1000),
        }),
    };
  }

  /** What was used before the start counts for what is told, though not for the books. */
  #usedOfWeek({ limit, used }: BookedWindow): number {
    return (this.#capacity.weekly - limit + used) / this.#capacity.weekly;
  }
}
