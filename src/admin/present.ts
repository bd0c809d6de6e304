/** What leaves by the administration API: the one place that decides it. Never a credential. */
import type { AccountEventRecord } from '../accounts/account-event-record.ts';
import type { AccountCounters } from '../accounts/account-record.ts';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { AccountView } from '../contract/accounts.ts';
import type { KeyView } from '../contract/keys.ts';
import { type Account, type Health, healthOf, type InvalidReason, type LimitCause } from '../core/account.ts';
import type { EpochMs } from '../core/time.ts';
import { redactText } from '../observability/redact.ts';

/** The ends of what RFC 3339 can write: an upstream may name any number, and one of them must not take the whole list away. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

export const instant = (at: EpochMs): string => new Date(Math.min(LAST_MS, Math.max(FIRST_MS, at))).toISOString();
export const optionalInstant = (at: EpochMs | null): string | null => (at === null ? null : instant(at));

const LIMITS: Readonly<Record<LimitCause, string>> = {
  quota: 'Its quota is used up.',
  overage: 'It would serve from paid overage, which is not allowed.',
  throttle: 'The upstream asked for a pause.',
  unexplained_429: 'The upstream answered 429 without a reason.',
  unexplained_401: 'The upstream refused its token; waiting before another try.',
  account_refused: 'The upstream refused the account; waiting before another try.',
};

const REFUSALS: Readonly<Record<InvalidReason, string>> = {
  credential_rejected: 'Its credential was refused. Authorize it again.',
  refresh_lost: 'A refresh was interrupted and its result lost. Authorize it again.',
  organization_disabled: 'The upstream says that its organization is disabled.',
  oauth_not_allowed: 'The upstream says that its organization does not allow OAuth.',
  identity_verification_required: 'The upstream asks for an identity verification.',
  credit_balance_too_low: 'The upstream says that its credit balance is too low.',
};

/** What counts at `now`; an inactive account may hold a limit that ended while it was off. */
function healthAt(account: Account, now: EpochMs): Health {
  const health = healthOf(account);
  return health.state === 'rate_limited' && health.until <= now ? { state: 'active' } : health;
}

function reasonOf({ status }: Account, health: Health): string | null {
  const why =
    health.state === 'rate_limited' ? LIMITS[health.cause] : health.state === 'invalid' ? REFUSALS[health.reason] : null;
  if (status.state !== 'inactive') return why;
  const paused = status.by === 'person' ? 'Switched off by a person.' : 'Switched off because nobody used it.';
  return why === null ? paused : `${paused} ${why}`;
}

export interface AccountParts {
  readonly account: Account;
  readonly counters: AccountCounters;
  readonly inFlight: number;
  /** Cooldowns and benches that are over by then are not shown. */
  readonly now: EpochMs;
}

export function presentAccount({ account, counters, inFlight, now }: AccountParts): AccountView {
  const { identity } = account;
  const health = healthAt(account, now);
  return {
    id: account.id,
    name: account.name,
    kind: account.kind,
    status: account.status.state,
    status_reason: reasonOf(account, health),
    rate_limited_until: health.state === 'rate_limited' ? instant(health.until) : null,
    model_benches: account.benches
      .filter(({ until }) => until > now)
      .map(({ family, until }) => ({ family, until: instant(until) })),
    windows: account.windows.map(({ name, status, utilization, resetAt }) => ({
      name,
      status,
      utilization,
      reset_at: optionalInstant(resetAt),
    })),
    expires_at: optionalInstant(account.expiresAt),
    login_expires_at: optionalInstant(account.loginExpiresAt),
    last_refreshed_at: optionalInstant(account.lastRefreshedAt),
    last_refresh_error: account.lastRefreshError && {
      at: instant(account.lastRefreshError.at),
      message: redactText(account.lastRefreshError.message),
    },
    last_used_at: optionalInstant(counters.lastUsedAt),
    in_flight: inFlight,
    counters: {
      requests: counters.requests,
      failures: counters.failures,
      input_tokens: counters.inputTokens,
      output_tokens: counters.outputTokens,
      cache_read_tokens: counters.cacheReadTokens,
      cache_creation_tokens: counters.cacheCreationTokens,
    },
    organization: { uuid: identity.organizationUuid, name: identity.organizationName },
    email: identity.email,
    plan: identity.plan,
    priority: account.priority,
    max_concurrency: account.limits.maxConcurrency,
    max_utilization: account.limits.maxUtilization,
    allow_overage: account.limits.allowOverage,
    created_at: instant(account.createdAt),
    updated_at: instant(account.updatedAt),
  };
}

export const presentKey = (key: ApiKey): KeyView => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  role: key.role,
  enabled: key.enabled,
  expires_at: optionalInstant(key.expiresAt),
  created_at: instant(key.createdAt),
  last_used_at: optionalInstant(key.lastUsedAt),
});

export function presentEvent({ id, at, type, from, to, evidence }: AccountEventRecord) {
  const { summary, row, status, errorType, headers } = evidence;
  return {
    id,
    at: instant(at),
    type,
    from,
    to,
    evidence: {
      summary: redactText(summary),
      ...(row === undefined ? {} : { row }),
      ...(status === undefined ? {} : { status }),
      ...(errorType === undefined ? {} : { error_type: errorType }),
      ...(headers === undefined
        ? {}
        : { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redactText(value)])) }),
    },
  };
}
