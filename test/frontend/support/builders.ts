/** What the server would send, with what a test is about put in. */
import { type AccountView, accountSchema } from '../../../src/contract/accounts.ts';
import { type KeyView, keySchema } from '../../../src/contract/keys.ts';
import { type RequestView, requestSchema } from '../../../src/contract/requests.ts';
import type { settingsSchema } from '../../../src/contract/settings.ts';
import { statisticsSchema } from '../../../src/contract/statistics.ts';

export const NOW = Date.parse('2026-11-24T12:00:00.000Z');

export const at = (offsetMs: number): string => new Date(NOW + offsetMs).toISOString();

/** An active OAuth account; checked against the contract, so that no test lives on a shape that never comes. */
export const anAccount = (over: Partial<AccountView> = {}): AccountView =>
  accountSchema.parse({
    id: `acc_${over.name ?? 'one'}`,
    name: 'one',
    kind: 'oauth',
    status: 'active',
    status_reason: null,
    rate_limited_until: null,
    model_benches: [],
    windows: [],
    expires_at: at(3_600_000),
    login_expires_at: at(20 * 86_400_000),
    login_expires_estimated: true,
    authorized_at: at(-86_400_000),
    last_refreshed_at: null,
    last_refresh_error: null,
    last_used_at: null,
    in_flight: 0,
    counters: {
      requests: 0,
      failures: 0,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
    },
    organization: { uuid: null, name: null },
    email: null,
    plan: null,
    priority: 0,
    max_concurrency: null,
    max_utilization: null,
    allow_overage: null,
    revision: 1,
    read_only: false,
    created_at: at(-86_400_000),
    updated_at: at(0),
    ...over,
  });

export const aWindow = (name: string, utilization: number | null): AccountView['windows'][number] => ({
  name,
  utilization,
  status: 'allowed',
  reset_at: at(3_600_000),
});

export const aKey = (over: Partial<KeyView> = {}): KeyView =>
  keySchema.parse({
    id: `key_${over.name ?? 'laptop'}`,
    name: 'laptop',
    prefix: 'hg_abcd',
    role: 'user',
    enabled: true,
    expires_at: null,
    created_at: at(-86_400_000),
    last_used_at: null,
    former_key_valid_until: null,
    revision: 1,
    read_only: false,
    ...over,
  });

export const aRequest = (id: string, over: Partial<RequestView> = {}): RequestView =>
  requestSchema.parse({
    id,
    started_at: at(0),
    key: null,
    account: null,
    method: 'POST',
    path: '/v1/messages',
    model: 'claude-sonnet-5',
    status: 200,
    outcome: 'relayed',
    error_type: null,
    attempts: 1,
    streamed: false,
    duration_ms: 12,
    first_byte_ms: 3,
    usage: null,
    ...over,
  });

export const someStatistics = (over: Partial<ReturnType<typeof statisticsSchema.parse>> = {}) => {
  const requests = { requests: 0, errors: 0 };
  const tokens = { input: 0, output: 0, cache_read: 0, cache_creation: 0 };
  return statisticsSchema.parse({
    total_accounts: 1,
    active_accounts: 1,
    inactive_accounts: 0,
    rate_limited_accounts: 0,
    invalid_accounts: 0,
    accounts_needing_refresh: 0,
    oldest_token_age_hours: null,
    system_health: 'healthy',
    health_reason: 'All can serve.',
    absent_accounts: [],
    next_recovery: null,
    next_refresh_at: null,
    alerts: [],
    active_streams: 0,
    requests: { total: requests, last_hour: requests, in_flight: 0 },
    tokens: { total: tokens, last_hour: tokens },
    last_hour_by_minute: [],
    generated_at: at(0),
    version: '0.0.0',
    uptime_seconds: 1,
    ...over,
  });
};

type Setting = ReturnType<typeof settingsSchema.parse>['data'][number];

export const aSetting = (over: Partial<Setting> = {}): Setting => ({
  key: 'server.connect_timeout',
  value: '5s',
  is_set_secret: false,
  default: '5s',
  origin: { kind: 'default', name: null, line: null },
  meaning: 'Longest wait for a connection.',
  allowed: 'a duration',
  kind: 'duration',
  choices: [],
  waits_for_restart: false,
  changeable: true,
  read_only_reason: null,
  file_value: null,
  ...over,
});
