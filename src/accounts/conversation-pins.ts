/** Which account holds which conversation's prompt cache. Bounded and short-lived: a lost pin costs a cache, nothing else. */
import { LRUCache } from 'lru-cache';
import type { DurationMs, Now } from '../core/time.ts';

/** About 2 MB when full. */
const MAX_PINS = 20_000;

export interface ConversationPins {
  /** The account that served the conversation's last turn, unless that was too long ago. */
  homeOf(conversation: string): string | null;
  settle(conversation: string, accountId: string): void;
  /** Forgets every conversation of an account that is gone. */
  evict(accountId: string): void;
}

/** `ttlMs` is counted from the last use. */
export function createConversationPins(now: Now, ttlMs: () => DurationMs): ConversationPins {
  const pins = new LRUCache<string, { readonly accountId: string; readonly usedAt: number }>({ max: MAX_PINS });
  return {
    homeOf(conversation) {
      const pin = pins.get(conversation);
      return pin && now() - pin.usedAt < ttlMs() ? pin.accountId : null;
    },
    settle(conversation, accountId) {
      pins.set(conversation, { accountId, usedAt: now() });
    },
    evict(accountId) {
      for (const [conversation, pin] of pins) if (pin.accountId === accountId) pins.delete(conversation);
    },
  };
}
