/** Which account holds which conversation's prompt cache. Bounded and short-lived: a lost pin costs a cache, nothing else. */
import { LRUCache } from 'lru-cache';
import type { DurationMs, Now } from '../core/time.ts';

/** About 2 MB when full. */
const MAX_PINS = 20_000;

export interface Pin {
  readonly accountId: string;
  /** Where the last turn was a guest, because home was away for a moment; null: it was at home. */
  readonly host: string | null;
  /** The prompt cache is likely gone: the last turn is longer ago than the cache lives. */
  readonly isCold: boolean;
}

export interface ConversationPins {
  /** Where the conversation lives, unless its last turn was too long ago. */
  homeOf(conversation: string): Pin | null;
  /** `cacheMs`: how long what this turn left in the prompt cache will live. */
  settle(conversation: string, accountId: string, cacheMs: DurationMs): void;
  /** A turn was served by `accountId` while home was away for a moment. Without a home it is one. */
  lodge(conversation: string, accountId: string, cacheMs: DurationMs): void;
  /** A conversation begins anew. */
  forget(conversation: string): void;
  /** Forgets every conversation of an account that is gone. */
  evict(accountId: string): void;
}

interface StoredPin {
  readonly accountId: string;
  readonly host: string | null;
  readonly usedAt: number;
  readonly cacheMs: DurationMs;
}

/** `ttlMs` is counted from the last use, by a clock that nobody sets. */
export function createConversationPins(now: Now, ttlMs: () => DurationMs): ConversationPins {
  const pins = new LRUCache<string, StoredPin>({ max: MAX_PINS });
  return {
    homeOf(conversation) {
      const pin = pins.get(conversation);
      if (!pin) return null;
      const age = now() - pin.usedAt;
      return age < ttlMs() ? { accountId: pin.accountId, host: pin.host, isCold: age >= pin.cacheMs } : null;
    },
    settle(conversation, accountId, cacheMs) {
      pins.set(conversation, { accountId, host: null, usedAt: now(), cacheMs });
    },
    lodge(conversation, accountId, cacheMs) {
      const home = pins.get(conversation)?.accountId ?? accountId;
      pins.set(conversation, { accountId: home, host: home === accountId ? null : accountId, usedAt: now(), cacheMs });
    },
    forget: (conversation) => void pins.delete(conversation),
    evict(accountId) {
      for (const [conversation, pin] of pins) if (pin.accountId === accountId) pins.delete(conversation);
    },
  };
}
