/** A client's key for Headgate, as it is stored: never the key itself, only its hash. */
import type { EpochMs } from '../core/time.ts';

/** `admin` keys may use `/api` and `/metrics` as well; `user` keys only `/v1`. */
export type ApiKeyRole = 'user' | 'admin';

export interface ApiKey {
  /** `key_…` */
  readonly id: string;
  readonly name: string;
  /** The first characters of the key, enough to recognise it. */
  readonly prefix: string;
  /** SHA-256 of the key, in hex. The key has 256 random bits, so a plain hash cannot be guessed back. */
  readonly hash: string;
  readonly role: ApiKeyRole;
  readonly enabled: boolean;
  readonly expiresAt: EpochMs | null;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs | null;
  /** The key from before the last rotation, which works as well until then. */
  readonly former: { readonly hash: string; readonly validUntil: EpochMs } | null;
  /** Grows by one with every change that a person makes. */
  readonly revision: number;
}
