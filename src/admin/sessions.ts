/** Dashboard sessions: opaque random ids in a cookie, kept in memory by their hash. A restart signs everybody out. */
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isOver } from '../core/spell.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';

export interface AdminSession {
  /** The admin-role API key that signed in; null for the admin key. */
  readonly apiKeyId: string | null;
  /** `auth.session_ttl` after signing in, whatever is done meanwhile. */
  readonly expiresAt: EpochMs;
}

export interface Sessions {
  /** The id for the cookie, which exists nowhere else. Beyond 1000 sessions the one that was used least recently ends. */
  open(apiKeyId: string | null): { readonly id: string; readonly session: AdminSession };
  find(id: string): AdminSession | null;
  close(id: string): void;
  /** Ends whatever this API key opened. */
  closeAllOf(apiKeyId: string): void;
  /** Ends every session: the admin key is another one. */
  closeAll(): void;
  /** Called when sessions were closed before their time. */
  onClose(listener: () => void): void;
}

const MAX_SESSIONS = 1000;
const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');

export function createSessions(now: Now, ttlMs: () => DurationMs): Sessions {
  const sessions = new LRUCache<string, AdminSession & { readonly openedAt: EpochMs }>({ max: MAX_SESSIONS });
  const listeners: (() => void)[] = [];
  const closed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    open(apiKeyId) {
      const id = randomBytes(32).toString('base64url');
      const openedAt = now();
      const session = { apiKeyId, openedAt, expiresAt: openedAt + ttlMs() };
      sessions.set(hash(id), session);
      return { id, session };
    },
    find(id) {
      const session = sessions.get(hash(id));
      return session && !isOver({ since: session.openedAt, until: session.expiresAt }, now()) ? session : null;
    },
    closeAll() {
      sessions.clear();
      closed();
    },
    close(id) {
      if (sessions.delete(hash(id))) closed();
    },
    closeAllOf(apiKeyId) {
      const theirs = [...sessions.entries()].filter(([, session]) => session.apiKeyId === apiKeyId);
      for (const [hashed] of theirs) sessions.delete(hashed);
      if (theirs.length > 0) closed();
    },
    onClose: (listener) => void listeners.push(listener),
  };
}
