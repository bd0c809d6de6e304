/** Small valid values for tests; each test says only what matters to it. */
import { type Account, type AccountStatus, type Identity, type Inactive, nobody, noOwnLimits } from '../../src/core/account.ts';
import type { Credential } from '../../src/core/credential.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const RULES = { maxCooldownMs: 7 * DAY };
export const SELECTION = {
  policy: 'round_robin',
  refreshBufferMs: MINUTE,
  moveCold: false,
  maxConcurrency: null,
  maxUtilization: 1,
} as const;

export const active: AccountStatus = { state: 'active' };
export const limitedUntil = (until: number, mark: string | null = null) =>
  ({ state: 'rate_limited', since: NOW, until, cause: 'quota', mark, proven: null }) as const;
export const invalidSince = (since: number) => ({ state: 'invalid', reason: 'credential_rejected', since }) as const;
export const inactive = (resume: Exclude<AccountStatus, { state: 'inactive' }>, by: Inactive['by'] = 'person') =>
  ({ state: 'inactive', since: NOW - HOUR, by, resume }) as const;

export function anAccount(over: Partial<Account> = {}): Account {
  const identity: Identity = nobody;
  return {
    id: 'acc_1',
    name: 'one',
    kind: 'oauth',
    status: active,
    generation: 3,
    expiresAt: NOW + 8 * HOUR,
    loginExpiresAt: null,
    authorizedAt: null,
    identity,
    priority: 0,
    limits: noOwnLimits,
    windows: [],
    benches: [],
    lastRefreshedAt: null,
    lastRefreshError: null,
    revision: 1,
    createdAt: NOW - DAY,
    updatedAt: NOW - DAY,
    ...over,
  };
}

export function aCredential(over: Partial<Credential> = {}): Credential {
  return {
    id: 'acc_1',
    kind: 'oauth',
    secret: 'made-up-access-token',
    refreshToken: 'made-up-refresh-token',
    expiresAt: NOW + 8 * HOUR,
    loginExpiresAt: null,
    scopes: ['user:inference'],
    generation: 3,
    obtainedAt: NOW - HOUR,
    trust: 'verified',
    intent: null,
    ...over,
  };
}
