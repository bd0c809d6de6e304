/** Why an account does not serve, in plain words. */
import { type Account, type Health, healthOf, type Inactive, type InvalidReason, type LimitCause } from '../core/account.ts';
import { isOver } from '../core/spell.ts';
import type { EpochMs } from '../core/time.ts';

export const LIMITS: Readonly<Record<LimitCause, string>> = {
  quota: 'Its quota is used up.',
  overage: 'It would serve from paid overage, which is not allowed.',
  throttle: 'The upstream asked for a pause.',
  unexplained_429: 'The upstream answered 429 without a reason.',
  unexplained_401: 'The upstream refused its token; waiting before another try.',
  account_refused: 'The upstream refused the account; waiting before another try.',
};

export const REFUSALS: Readonly<Record<InvalidReason, string>> = {
  credential_rejected: 'Its credential was refused. Authorize it again.',
  refresh_lost: 'A refresh was interrupted and its result lost. Authorize it again.',
  inference_withheld:
    'Its login was approved without the right to send requests. Authorize it again and approve all that is asked for.',
  restored: 'It comes from a backup or an export and is being verified. Authorize it again if that does not succeed.',
  organization_disabled: 'The upstream says that its organization is disabled.',
  oauth_not_allowed: 'The upstream says that its organization does not allow OAuth.',
  identity_verification_required: 'The upstream asks for an identity verification.',
  credit_balance_too_low: 'The upstream says that its credit balance is too low.',
};

/** What counts at `now`; an inactive account may hold a limit that ended while it was off. */
export function healthAt(account: Account, now: EpochMs): Health {
  const health = healthOf(account);
  return health.state === 'rate_limited' && isOver(health, now) ? { state: 'active' } : health;
}

const PAUSES: Readonly<Record<Inactive['by'], string>> = {
  person: 'Switched off by a person.',
  idle: 'Switched off because nobody used it.',
  unasked: 'Kept switched off, because nobody asked for it.',
};

/** Who switched the account off; null while it is on. */
export const pauseOf = ({ status }: Account): string | null => (status.state === 'inactive' ? PAUSES[status.by] : null);

export function reasonOf(account: Account, health: Health): string | null {
  const why =
    health.state === 'rate_limited' ? LIMITS[health.cause] : health.state === 'invalid' ? REFUSALS[health.reason] : null;
  const paused = pauseOf(account);
  return [paused, why].filter((text) => text !== null).join(' ') || null;
}
