import assert from 'node:assert/strict';
import { checkAccounts, checkAlerts } from '../../../../src/cli/doctor/check-accounts.ts';
import { type AccountView, accountSchema } from '../../../../src/contract/accounts.ts';
import { DAY } from '../../../support/builders.ts';

const T0 = Date.parse('2026-11-24T12:00:00Z');

const at = (ms: number): string => new Date(ms).toISOString();

const aView = (over: Partial<AccountView> = {}): AccountView =>
  accountSchema.parse({
    id: 'acc_1',
    name: 'work',
    kind: 'oauth',
    status: 'active',
    status_reason: null,
    rate_limited_until: null,
    model_benches: [],
    windows: [],
    expires_at: null,
    login_expires_at: at(T0 + 20 * DAY),
    login_expires_estimated: false,
    authorized_at: null,
    last_refreshed_at: null,
    last_refresh_error: null,
    last_used_at: null,
    in_flight: 0,
    counters: { requests: 0, failures: 0, input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 },
    organization: { uuid: null, name: null },
    email: null,
    plan: null,
    priority: 0,
    max_concurrency: null,
    max_utilization: null,
    allow_overage: null,
    revision: 1,
    read_only: false,
    created_at: at(T0),
    updated_at: at(T0),
    ...over,
  });

const context = { clientId: 'an-id', now: T0 };
/** About the account alone, what is well left out. */
const complaints = (over: Partial<AccountView>) =>
  checkAccounts([aView(over)], context).filter(({ about, verdict }) => about === 'account "work"' && verdict !== 'ok');

describe('what the doctor says about the pool', () => {
  it('is how to begin when it is empty', () => {
    const [finding] = checkAccounts([], context);
    assert.deepEqual([finding?.verdict, finding?.remedy], ['problem', 'headgate accounts add --name work']);
  });

  it('is how many can serve', () => {
    const both = [aView(), aView({ id: 'acc_2', name: 'other', status: 'inactive' })];
    assert.equal(checkAccounts(both, context)[0]?.message, '1 of 2 can serve.');
  });

  it('is a problem when none can', () =>
    assert.equal(checkAccounts([aView({ status: 'rate_limited' })], context)[0]?.verdict, 'problem'));

  it('is a problem when logins cannot be renewed for want of a client id', () => {
    const findings = checkAccounts([aView()], { ...context, clientId: undefined });
    assert.ok(findings.some(({ verdict, message }) => verdict === 'problem' && message.startsWith('oauth.client_id is not set')));
  });

  it('needs no client id for API keys', () => {
    const findings = checkAccounts([aView({ kind: 'api_key', login_expires_at: null })], { ...context, clientId: undefined });
    assert.ok(findings.every(({ verdict }) => verdict === 'ok'));
  });
});

describe('what the doctor says about an account', () => {
  it('is nothing while it serves and its login lasts', () => assert.deepEqual(complaints({}), []));

  it('is how to authorize it again when it is invalid', () => {
    const [finding] = complaints({ status: 'invalid', status_reason: 'Its login was revoked.' });
    assert.deepEqual(
      [finding?.verdict, finding?.message, finding?.remedy],
      ['problem', 'Its login was revoked.', 'Authorize it again: headgate accounts add --name work'],
    );
  });

  it('is the dashboard for a key that is refused', () =>
    assert.match(complaints({ kind: 'api_key', status: 'invalid' })[0]?.remedy ?? '', /a new API key in the dashboard/));

  it('is a warning when the last refresh failed', () => {
    const [finding] = complaints({ last_refresh_error: { at: at(T0), message: 'no connection' } });
    assert.equal(finding?.verdict, 'warning');
    assert.match(finding?.message ?? '', /its last refresh failed at .*: no connection/);
  });

  it('is a warning when its login ends within five days', () => {
    const [finding] = complaints({ login_expires_at: at(T0 + 4 * DAY), login_expires_estimated: true });
    assert.equal(finding?.verdict, 'warning');
    assert.match(finding?.message ?? '', /^Its login lapses on \d{4}-\d\d-\d\d \(estimated\)\.$/);
  });

  it('says nothing of the login of one that is switched off', () => {
    const findings = complaints({ status: 'inactive', login_expires_at: at(T0 + DAY) });
    assert.deepEqual(
      findings.map(({ verdict }) => verdict),
      ['note'],
    );
  });

  it('quotes a name for the shell', () => {
    const [finding] = checkAccounts([aView({ name: "it's me", status: 'inactive' })], context).slice(1);
    assert.equal(finding?.remedy, "headgate accounts enable 'it'\\''s me'");
  });
});

describe('what the instance complains about', () => {
  const alert = { id: 'x', code: 'storage_failing', message: 'Storage refuses writes.', since: at(T0), account: null } as const;

  it('is a problem of what it is about', () =>
    assert.deepEqual(
      checkAlerts([alert]).map(({ about, verdict }) => [about, verdict]),
      [['disk', 'problem']],
    ));

  it('leaves out what is told of each account', () =>
    assert.deepEqual(checkAlerts([{ ...alert, code: 'account_invalid', account: { id: 'acc_1', name: 'work' } }]), []));
});
