/**
 * An account as the upstream keeps it: a weekly window that follows its calendar, a 5-hour window that begins with the first request
 * after the last one, and a prompt cache. It answers in headers, as the real one does. Only the replay sees its insides.
 */
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

export interface WorldReply {
  readonly status: 200 | 429;
  readonly headers: HeaderBag;
  /** Null: refused. */
  readonly service: Service | null;
}

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
    if (weekSpent || shortSpent) return { status: 429, headers: this.#headers({ weekSpent, shortSpent }, now), service: null };
    const short = isShortRunning && this.#short ? this.#short : this.#openShort(now);
    const week = this.#week;
    const expense = this.#cache.serve(prompt, now);
    const settle = () => {
      for (const window of [short, week]) {
        window.used += expense.cost;
        window.ideal += prompt.ideal.cost;
      }
    };
    return { status: 200, headers: this.#headers({ weekSpent, shortSpent }, now), service: { expense, settle } };
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

  #headers({ weekSpent, shortSpent }: { weekSpent: boolean; shortSpent: boolean }, now: EpochMs): HeaderBag {
    const { weekly } = this.#capacity;
    const usedOfWeek = (weekly - this.#week.limit + this.#week.used) / weekly;
    const refused = weekSpent || shortSpent;
    const short = this.#short && this.#short.endsAt > now ? this.#short : null;
    return {
      [`${UNIFIED}status`]: refused ? 'rejected' : 'allowed',
      [`${UNIFIED}7d-status`]: weekSpent ? 'rejected' : 'allowed',
      [`${UNIFIED}7d-utilization`]: usedOfWeek.toFixed(3),
      [`${UNIFIED}7d-reset`]: String(this.#week.endsAt / 1000),
      ...(short && {
        [`${UNIFIED}5h-status`]: shortSpent ? 'rejected' : 'allowed',
        [`${UNIFIED}5h-utilization`]: (short.used / short.limit).toFixed(3),
        [`${UNIFIED}5h-reset`]: String(short.endsAt / 1000),
      }),
    };
  }
}
