/**
 * The journal of spent refresh tokens: what an entry on disk means, and when a refresh token may be sent.
 *
 * A refresh token is single-use (RFC 9700 section 4.14.2): whoever sends it twice may lose the whole login. So an intent is durable before
 * the token is sent, and the write of the new pair clears it. An intent that is still there says that the outcome is unknown. Then the
 * token is worth one more answer from the server, and only once there is nothing left to lose: while the access token lives, it serves.
 */
import type { Credential, RefreshIntent } from './credential.ts';
import { isAlive } from './credential.ts';
import type { EpochMs } from './time.ts';

/**
 * What is known about a credential's refresh token.
 * `unspent`: never sent. `unknown`: it may have been spent, by a call without an answer or because the credential comes from a backup.
 * `retried`: that, and the one more try was begun without an answer so far.
 */
export type Standing = 'unspent' | 'unknown' | 'retried';

/** `fingerprint` is that of the credential's own refresh token: an intent about another token says nothing about this one. */
export function standingOf(credential: Credential, fingerprint: string): Standing {
  const { intent, trust, generation } = credential;
  const open = intent !== null && intent.generation === generation && intent.fingerprint === fingerprint;
  if (trust === 'unverified') return open ? 'retried' : 'unknown';
  return open ? 'unknown' : 'unspent';
}

/**
 * May the refresh token be sent? An unspent one whenever it is wanted. Another only when the access token is of no more use: it has
 * ended, or the upstream or a person `disowns` it; a server that finds a token reused may revoke what still serves.
 */
export const maySpend = (credential: Credential, standing: Standing, at: { now: EpochMs; disowned: boolean }): boolean =>
  standing === 'unspent' || at.disowned || !isAlive(credential.expiresAt, at.now);

/** The credential as it must be on disk before its refresh token is sent. The one more try marks itself by `unverified`. */
export const withIntent = (credential: Credential, intent: RefreshIntent): Credential => ({
  ...credential,
  intent,
  trust: standingOf(credential, intent.fingerprint) === 'unspent' ? credential.trust : 'unverified',
});

/** The call is known to have spent nothing: the entry as it was before. */
export const withoutIntent = (credential: Credential, before: Credential): Credential => ({
  ...credential,
  intent: before.intent,
  trust: before.trust,
});

/** What an authorization server granted, as far as it is kept. */
export interface GrantedTokens {
  readonly secret: string;
  /** Null: the server sent none, and the former one stays good (RFC 6749 section 6). */
  readonly refreshToken: string | null;
  readonly expiresAt: EpochMs | null;
  /** Null: the server did not say. */
  readonly loginExpiresAt: EpochMs | null;
  /** Null: as before (RFC 6749 section 5.1). */
  readonly scopes: readonly string[] | null;
}

/** The next generation: the server has just proved it, and its refresh token is unspent. */
export const renewed = (credential: Credential, tokens: GrantedTokens, at: EpochMs): Credential => ({
  ...credential,
  secret: tokens.secret,
  refreshToken: tokens.refreshToken ?? credential.refreshToken,
  expiresAt: tokens.expiresAt,
  loginExpiresAt: tokens.loginExpiresAt ?? credential.loginExpiresAt,
  scopes: tokens.scopes ?? credential.scopes,
  generation: credential.generation + 1,
  obtainedAt: at,
  trust: 'verified',
  intent: null,
});
