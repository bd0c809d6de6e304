/**
 * The secret half of an account, stored apart from everything else, so that no status or quota write
 * can ever overwrite a rotated token. Pure data and the pure rules of the refresh journal.
 */
import type { AccountKind } from './account.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** Written durably before a refresh token is sent anywhere: the journal's entry. */
export interface RefreshIntent {
  /** SHA-256 of the refresh token that is about to be spent, in hex, first 16 characters. */
  readonly fingerprint: string;
  /** The generation that is being replaced. */
  readonly generation: number;
  readonly at: EpochMs;
}

export interface Credential {
  /** The account's id. */
  readonly id: string;
  readonly kind: AccountKind;
  /** The access token, long-lived token or API key that requests carry. */
  readonly secret: string;
  readonly refreshToken: string | null;
  readonly expiresAt: EpochMs | null;
  /** When the login lapses (`refresh_token_expires_in`), when the authorization server says so. */
  readonly loginExpiresAt: EpochMs | null;
  readonly scopes: readonly string[];
  readonly generation: number;
  readonly obtainedAt: EpochMs;
  /**
   * `unverified`: read from a backup, so a newer generation may have existed: the access token serves until
   * it ends, and the refresh token is tried once at most.
   */
  readonly trust: 'verified' | 'unverified';
  /** An open intent found at start means that nobody knows whether the refresh token was spent. */
  readonly intent: RefreshIntent | null;
}

/** The right to send requests, as the Claude API's authorization server calls it. */
export const INFERENCE_SCOPE = 'user:inference';

/** A refresh must happen before use when less than this is left (health.md: "less than 60 s left"). */
export const isFresh = (expiresAt: EpochMs | null, now: EpochMs, bufferMs: DurationMs): boolean =>
  expiresAt === null || expiresAt - now > bufferMs;

/** May the access token still be sent at all? */
export const isAlive = (expiresAt: EpochMs | null, now: EpochMs): boolean => expiresAt === null || expiresAt > now;
