/**
 * The prompt cache of one account: how much of a prompt is read from it, what is written to it, and what that costs.
 * A prefix lives five minutes after its last use, and every account has a cache of its own.
 */
import type { DurationMs, EpochMs } from '../core/time.ts';

const LIFE_MS: DurationMs = 5 * 60_000;
/** System prompt and tools, alike in all conversations with one model. */
const SHARED_TOKENS = 12_000;
/** Prices in units of one fresh input token of the smallest family. */
const CACHE_WRITE = 1.25;
const CACHE_READ = 0.1;
const OUTPUT = 5;
const PRICE_OF_FAMILY: Readonly<Record<string, number>> = { opus: 5, sonnet: 3, haiku: 1 };
const PRICE_OF_OTHERS = 3;

export interface CachedPrompt {
  readonly model: string;
  readonly family: string | null;
  /** Names the text that the prompt is the beginning of, or the continuation; null: it is like no other. */
  readonly text: string | null;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** What serving a request took. */
export interface Expense {
  /** Units of quota. */
  readonly cost: number;
  /** Prompt tokens that came from the cache. */
  readonly readTokens: number;
}

interface Prefix {
  readonly tokens: number;
  readonly expiresAt: EpochMs;
}

export class PromptCache {
  readonly #prefixes = new Map<string, Prefix>();

  /** Serves a request: reads what is there, leaves the whole prompt. Calls come in the order of their instants. */
  serve({ model, family, text, promptTokens, outputTokens }: CachedPrompt, now: EpochMs): Expense {
    const known = Math.max(this.#alive(model, now), text === null ? 0 : this.#alive(text, now));
    const readTokens = Math.min(known, promptTokens);
    const expiresAt = now + LIFE_MS;
    this.#prefixes.set(model, { tokens: Math.min(SHARED_TOKENS, promptTokens), expiresAt });
    if (text !== null) this.#prefixes.set(text, { tokens: promptTokens, expiresAt });
    const tokens = readTokens * CACHE_READ + (promptTokens - readTokens) * CACHE_WRITE + outputTokens * OUTPUT;
    return { readTokens, cost: tokens * (PRICE_OF_FAMILY[family ?? ''] ?? PRICE_OF_OTHERS) };
  }

  #alive(key: string, now: EpochMs): number {
    const prefix = this.#prefixes.get(key);
    return prefix && prefix.expiresAt > now ? prefix.tokens : 0;
  }
}
