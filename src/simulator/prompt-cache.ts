/** The prompt caches of the organisations: which beginnings of a prompt were sent before, and not too long ago. */
import { createHash } from 'node:crypto';

/** Tokens of a prompt. */
export interface CacheUse {
  readonly read: number;
  readonly created: number;
  readonly uncached: number;
}

interface Prompt {
  readonly organizationUuid: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The request asks for caching. */
  readonly caches: boolean;
  readonly now: number;
}

const LIFE_MS = 5 * 60_000;
const MAX_PREFIXES = 50_000;
const CHARACTERS_PER_TOKEN = 4;
/** What is left outside of the cache when all that can be cached is. */
const UNCACHED_TOKENS = 4;

/** Marks of where to cache move from turn to turn, and are no part of the prompt. */
const textOf = (part: unknown): string =>
  JSON.stringify(part, (name, value: unknown) => (name === 'cache_control' ? undefined : value)) ?? '';

export class PromptCache {
  /** Epoch ms at which each known beginning is forgotten; the least recently used first. */
  readonly #prefixes = new Map<string, number>();

  /** What a prompt reads from the cache of its organisation, and what it leaves there. */
  use({ organizationUuid, request, caches, now }: Prompt): CacheUse {
    const { model, system, tools, messages } = request;
    const parts = [{ model, system, tools }, ...(Array.isArray(messages) ? (messages as unknown[]) : [])];
    let prefix = organizationUuid;
    let total = 0;
    let read = 0;
    for (const part of parts) {
      const text = textOf(part);
      total += Math.ceil(text.length / CHARACTERS_PER_TOKEN);
      if (!caches) continue;
      prefix = createHash('sha256').update(prefix).update(text).digest('base64url');
      if ((this.#prefixes.get(prefix) ?? 0) > now) read = total;
      this.#remember(prefix, now + LIFE_MS);
    }
    return caches ? { read, created: total - read, uncached: UNCACHED_TOKENS } : { read: 0, created: 0, uncached: total };
  }

  #remember(prefix: string, until: number): void {
    this.#prefixes.delete(prefix);
    this.#prefixes.set(prefix, until);
    const [oldest] = this.#prefixes.keys();
    if (this.#prefixes.size > MAX_PREFIXES && oldest !== undefined) this.#prefixes.delete(oldest);
  }
}
