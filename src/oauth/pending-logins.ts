/** Logins that were begun and not yet finished: their verifier and state never leave the server. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';

export const LOGIN_LIFETIME_MS: DurationMs = 10 * 60_000;
const MAX_PENDING = 100;

export interface PendingLogin {
  readonly state: string;
  readonly codeVerifier: string;
  /** The account that is to be authorized again; null for a new one. */
  readonly accountId: string | null;
  readonly name: string | null;
  readonly expiresAt: EpochMs;
}

export interface PendingLogins {
  /** The oldest one makes room when there are too many. */
  add(login: PendingLogin): void;
  /** Finds the login that a state belongs to, in time that does not tell how much of it was right. */
  find(state: string): PendingLogin | null;
  /** Only a successful exchange consumes a login, so that a mistyped code can be pasted again. */
  consume(login: PendingLogin): void;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function createPendingLogins(now: Now): PendingLogins {
  let logins: PendingLogin[] = [];
  const dropExpired = () => {
    logins = logins.filter(({ expiresAt }) => expiresAt > now());
  };
  return {
    add(login) {
      dropExpired();
      logins = [...logins, login].slice(-MAX_PENDING);
    },
    find(state) {
      dropExpired();
      const wanted = digest(state);
      let found: PendingLogin | null = null;
      for (const login of logins) if (timingSafeEqual(digest(login.state), wanted)) found = login;
      return found;
    },
    consume(login) {
      logins = logins.filter((other) => other !== login);
    },
  };
}
