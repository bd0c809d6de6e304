/** What the token endpoint handed out, and every way in which it did not. */
import type { Identity } from '../core/account.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';

export interface Grant {
  readonly accessToken: string;
  /** Null: the endpoint named none, so that the one we hold stays valid (RFC 6749 section 6). */
  readonly refreshToken: string | null;
  readonly expiresAt: EpochMs;
  readonly loginExpiresAt: EpochMs | null;
  readonly scopes: readonly string[];
  readonly identity: Identity;
}

export type GrantAnswer =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** `invalid_grant`: this code or refresh token is dead (RFC 6749 section 5.2). */
  | { readonly kind: 'rejected'; readonly message: string }
  /** The endpoint refuses how Headgate asks: the client id, the scope, the format. Says nothing about the account. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'throttled'; readonly retryAfterMs: DurationMs | null; readonly message: string }
  /** No usable answer. `maybeSpent`: the request may have arrived, so nobody knows whether the refresh token still lives. */
  | { readonly kind: 'unavailable'; readonly maybeSpent: boolean; readonly message: string };
