/**
 * An upstream account and the four statuses it can have.
 *
 * Plain data: no methods, no clock, no I/O. Data that makes sense in one status only lives inside
 * that status, so that there is no cooldown without `rate_limited` and no reason without `invalid`.
 */
import { isOver } from './spell.ts';
import type { EpochMs } from './time.ts';

/** `oauth` refreshes itself; `oauth_static` is a long-lived token without refresh token; `api_key` is billed per token. */
export type AccountKind = 'oauth' | 'oauth_static' | 'api_key';

/** Why an account needs a person before it may serve again. */
export type InvalidReason =
  /** The token endpoint or the upstream refused the newest credential. */
  | 'credential_rejected'
  /** A refresh was cut off and its refresh token turned out to be spent: the new pair never reached us. */
  | 'refresh_lost'
  /** The login was approved without the right to send requests. */
  | 'inference_withheld'
  /** From a backup or an export: whether a newer generation exists is unknown until it is proved. */
  | 'restored'
  | 'organization_disabled'
  | 'oauth_not_allowed'
  | 'identity_verification_required'
  | 'credit_balance_too_low';

/** What led to a cooldown. */
export type LimitCause = 'quota' | 'overage' | 'throttle' | 'unexplained_429' | 'unexplained_401' | 'account_refused';

export interface Active {
  readonly state: 'active';
}

export interface RateLimited {
  readonly state: 'rate_limited';
  /** When it began. */
  readonly since: EpochMs;
  /** The instant at which the account may serve again. */
  readonly until: EpochMs;
  readonly cause: LimitCause;
  /** Names the provisional mark that set `until`; null when proven evidence did. */
  readonly mark: string | null;
  /** What the cooldown falls back to when its mark is withdrawn: proven evidence that was there before. Null: nothing. */
  readonly proven: { readonly until: EpochMs; readonly cause: LimitCause } | null;
}

export interface Invalid {
  readonly state: 'invalid';
  readonly reason: InvalidReason;
  readonly since: EpochMs;
}

/** Every status but `inactive`: what an inactive account resumes to. */
export type Health = Active | RateLimited | Invalid;

export interface Inactive {
  readonly state: 'inactive';
  readonly since: EpochMs;
  /** Switched off by a person, or by the product: because nobody used it, or because it came without anybody asking for it. */
  readonly by: 'person' | 'idle' | 'unasked';
  readonly resume: Health;
}

export type AccountStatus = Health | Inactive;
export type AccountState = AccountStatus['state'];

/** What the identity behind an account said of itself when it was authorized. */
export interface Identity {
  readonly accountUuid: string | null;
  readonly email: string | null;
  readonly organizationUuid: string | null;
  readonly organizationName: string | null;
  readonly plan: string | null;
}

/** One quota window as the upstream last reported it (`anthropic-ratelimit-unified-<name>-…`). */
export interface QuotaWindow {
  /** `5h`, `7d`, `7d_opus`, `overage`, … */
  readonly name: string;
  readonly status: string | null;
  /** Share used: 0 is fresh, 1 is used up; may exceed 1. */
  readonly utilization: number | null;
  readonly resetAt: EpochMs | null;
}

/** The account waits for one model family only; the others still use it. */
export interface FamilyBench {
  readonly family: string;
  readonly until: EpochMs;
}

/** What the operator settled for this account alone; null: as for all others. */
export interface OwnLimits {
  /** Most attempts at once, at least 1. */
  readonly maxConcurrency: number | null;
  /** Share of any account-wide quota window that may be used, above 0 up to 1. */
  readonly maxUtilization: number | null;
  /** May it serve from paid overage? */
  readonly allowOverage: boolean | null;
}

export interface Account {
  /** `acc_…`, made here and never reused. */
  readonly id: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly status: AccountStatus;
  /** Serial number of the credential: grows by one with every new one, so that a late answer about an old one can be told apart. */
  readonly generation: number;
  /** When the access token ends; null for credentials without a known end. */
  readonly expiresAt: EpochMs | null;
  /** When the login itself lapses, if the authorization server said so. */
  readonly loginExpiresAt: EpochMs | null;
  /** When a person last gave it its credential; null when that was before anybody noted it. */
  readonly authorizedAt: EpochMs | null;
  readonly identity: Identity;
  /** Smaller serves first under the `priority` policy; a negative one lets an account billed per token serve among the subscriptions. */
  readonly priority: number;
  readonly limits: OwnLimits;
  readonly windows: readonly QuotaWindow[];
  readonly benches: readonly FamilyBench[];
  readonly lastRefreshedAt: EpochMs | null;
  /** The last refresh that failed, in plain words, without any secret; null after a success. */
  readonly lastRefreshError: { readonly at: EpochMs; readonly message: string } | null;
  /** Grows by one with everything that a person does to the account, so that two who change it at once can be told. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

export const noOwnLimits: OwnLimits = { maxConcurrency: null, maxUtilization: null, allowOverage: null };

export const nobody: Identity = { accountUuid: null, email: null, organizationUuid: null, organizationName: null, plan: null };

/** The health that counts: an inactive account's is the one it would resume to. */
export const healthOf = ({ status }: Account): Health => (status.state === 'inactive' ? status.resume : status);

/** May this account be given traffic at `now`? A cooldown that has elapsed counts as over, whoever wrote it down or not. */
export function isAvailable({ status }: Account, now: EpochMs): boolean {
  switch (status.state) {
    case 'active':
      return true;
    case 'rate_limited':
      return isOver(status, now);
    case 'inactive':
    case 'invalid':
      return false;
  }
}
