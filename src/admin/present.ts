/** What leaves by the administration API: the one place that decides it. Never a credential. */
import type { AccountEventRecord } from '../accounts/account-event-record.ts';
import type { AccountCounters } from '../accounts/account-record.ts';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { AccountView } from '../contract/accounts.ts';
import type { KeyView } from '../contract/keys.ts';
import type { Account } from '../core/account.ts';
import { isDeclared } from '../core/declared-id.ts';
import { loginEndOf } from '../core/login-life.ts';
import type { EpochMs } from '../core/time.ts';
import { redactText } from '../observability/redact.ts';
import { healthAt, reasonOf } from './status-words.ts';

/** The ends of what RFC 3339 can write: an upstream may name any number, and one of them must not take the whole list away. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

export const instant = (at: EpochMs): string => new Date(Math.min(LAST_MS, Math.max(FIRST_MS, at))).toISOString();
export const optionalInstant = (at: EpochMs | null): string | null => (at === null ? null : instant(at));

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
  const loginEnd = loginEndOf(account);
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
    login_expires_at: optionalInstant(loginEnd?.at ?? null),
    login_expires_estimated: loginEnd?.isEstimated ?? false,
    authorized_at: optionalInstant(account.authorizedAt),
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
    revision: account.revision,
    read_only: isDeclared(account),
    created_at: instant(account.createdAt),
    updated_at: instant(account.updatedAt),
  };
}

export const presentKey = (key: ApiKey, now: EpochMs): KeyView => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  role: key.role,
  enabled: key.enabled,
  expires_at: optionalInstant(key.expiresAt),
  created_at: instant(key.createdAt),
  last_used_at: optionalInstant(key.lastUsedAt),
  former_key_valid_until: key.former !== null && key.former.validUntil > now ? instant(key.former.validUntil) : null,
  revision: key.revision,
  read_only: isDeclared(key),
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
