/** What the server would send, with what a test is about put in. */
import { type AccountView, accountSchema } from '../../../src/contract/accounts.ts';

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
