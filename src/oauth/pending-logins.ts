/** Logins that were begun and not yet finished: their verifier never leaves the server, and both their number and their life are bounded. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isOver } from '../core/spell.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';

export const LOGIN_LIFE_MS: DurationMs = 600_000;
const MAX_PENDING = 100;

/** What the login is for. */
export interface LoginIntent {
  /** The account that is to be authorized again; absent for a new one. */
  readonly accountId?: string;
  /** The name that a new account is to have. */
  readonly name?: string;
  /** The organisation that the login is meant to be for. */
  readonly organizationUuid?: string;
}

export interface PendingLogin {
  readonly state: string;
  /** RFC 7636 section 4.1. */
  readonly verifier: string;
  /** Where the authorization server was told to send the browser; the exchange must name the same (RFC 6749 section 4.1.3). */
  readonly redirectUri: string;
  /** What the owner is asked for, separated by spaces. */
  readonly scope: string;
  readonly intent: LoginIntent;
  readonly expiresAt: EpochMs;
}

export interface PendingLogins {
  /** Beyond 100 the oldest one is dropped. */
  add(login: PendingLogin): void;
  /** The login with this state, in a time that does not tell how much of it was right. */
  find(state: string): PendingLogin | null;
  remove(login: PendingLogin): void;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares two texts in a time that depends on neither. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export function createPendingLogins(now: Now): PendingLogins {
  let logins: readonly PendingLogin[] = [];
  const alive = () => logins.filter(({ expiresAt }) => !isOver({ since: expiresAt - LOGIN_LIFE_MS, until: expiresAt }, now()));
  return {
    add(login) {
      logins = [...alive(), login].slice(-MAX_PENDING);
    },
    find(state) {
      logins = alive();
      const wanted = digest(state);
      return logins.filter((login) => timingSafeEqual(digest(login.state), wanted))[0] ?? null;
    },
    remove(login) {
      logins = logins.filter((other) => other !== login);
    },
  };
}
