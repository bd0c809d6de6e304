/** The figures of the whole instance. */
import assert from 'node:assert/strict';
import { statisticsSchema } from '../../../src/contract/statistics.ts';
import type { Account } from '../../../src/core/account.ts';
import type { RequestRecord } from '../../../src/requests/request-record.ts';
import { VERSION } from '../../../src/version.ts';
import { type AdminWorld, adminWorld } from '../../support/admin-world.ts';
import { HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';

const iso = (at: number) => new Date(at).toISOString();

const aRequest = (over: Partial<RequestRecord> = {}) =>
  ({
    status: 200,
    outcome: 'relayed',
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4 },
    ...over,
  }) as RequestRecord;

describe('the statistics', () => {
  let world: AdminWorld;
  let accounts = 0;
  beforeEach(async () => {
    accounts = 0;
    world = await adminWorld({ inFlight: 2, activeStreams: 1, nextRefreshRun: () => NOW + MINUTE });
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, endsIn = 8 * HOUR, obtainedAt = NOW - HOUR) =>
    world.anAccountWith({ id: `acc_${++accounts}`, endsIn, account, credential: { obtainedAt, kind: account.kind ?? 'oauth' } });
  const read = async () => statisticsSchema.parse((await world.call('GET', '/api/admin/statistics')).body);

  it('of an empty pool are all there', async () => {
    const none = { input: 0, output: 0, cache_read: 0, cache_creation: 0 };
    const { last_hour_by_minute, ...rest } = await read();
    assert.deepEqual(rest, {
      total_accounts: 0,
      active_accounts: 0,
      inactive_accounts: 0,
      rate_limited_accounts: 0,
      invalid_accounts: 0,
      accounts_needing_refresh: 0,
      oldest_token_age_hours: null,
      system_health: 'unhealthy',
      health_reason: 'There is no account yet.',
      absent_accounts: [],
      next_recovery: null,
      next_refresh_at: iso(NOW + MINUTE),
      alerts: [],
      active_streams: 1,
      requests: { total: { requests: 0, errors: 0 }, last_hour: { requests: 0, errors: 0 }, in_flight: 2 },
      tokens: { total: none, last_hour: none },
      generated_at: iso(NOW),
      version: VERSION,
      uptime_seconds: 0,
    });
    assert.equal(last_hour_by_minute.length, 60);
  });

  it('count accounts by status, with a cooldown that has elapsed as active', async () => {
    await anAccount();
    await anAccount({ status: limitedUntil(NOW) });
    await anAccount({ status: limitedUntil(NOW + HOUR) });
    await anAccount({ status: invalidSince(NOW) });
    await anAccount({ status: inactive({ state: 'active' }) });
    const { total_accounts, active_accounts, rate_limited_accounts, invalid_accounts, inactive_accounts } = await read();
    assert.deepEqual(
      [total_accounts, active_accounts, rate_limited_accounts, invalid_accounts, inactive_accounts],
      [5, 2, 1, 1, 1],
    );
  });

  const HEALTH: readonly (readonly [string, readonly Account['status'][]])[] = [
    ['healthy', [{ state: 'active' }]],
    ['healthy', [{ state: 'active' }, inactive({ state: 'active' })]],
    ['healthy', [{ state: 'active' }, { state: 'active' }, invalidSince(NOW)]],
    ['degraded', [{ state: 'active' }, invalidSince(NOW)]],
    ['unhealthy', [limitedUntil(NOW + HOUR), invalidSince(NOW)]],
  ];
  for (const [health, statuses] of HEALTH) {
    it(`call ${statuses.map(({ state }) => state).join(' + ')} ${health}`, async () => {
      for (const status of statuses) await anAccount({ status });
      assert.equal((await read()).system_health, health);
    });
  }

  it('count what ends before the next hourly refresh and is refreshed at all', async () => {
    await anAccount({}, HOUR - 1);
    await anAccount({ status: limitedUntil(NOW + HOUR) }, -MINUTE);
    await anAccount({}, HOUR);
    await anAccount({ kind: 'oauth_static' }, MINUTE);
    await anAccount({ status: invalidSince(NOW) }, MINUTE);
    await anAccount({ status: inactive({ state: 'active' }) }, MINUTE);
    assert.equal((await read()).accounts_needing_refresh, 2);
  });

  it('tell the age of the oldest token that is refreshed', async () => {
    await anAccount({}, HOUR, NOW - 90 * MINUTE);
    await anAccount({}, HOUR, NOW - 30 * MINUTE);
    await anAccount({ kind: 'api_key' }, HOUR, NOW - 1000 * HOUR);
    assert.equal((await read()).oldest_token_age_hours, 1.5);
  });

  it('add up requests and tokens, in all and over the last hour', async () => {
    world.totals.record(aRequest());
    await world.time.advance(2 * HOUR);
    world.totals.record(aRequest({ status: 529, outcome: 'refused', usage: null }));
    const { requests, tokens } = await read();
    assert.deepEqual(requests.total, { requests: 2, errors: 1 });
    assert.deepEqual(requests.last_hour, { requests: 1, errors: 1 });
    assert.deepEqual(tokens.total, { input: 1, output: 2, cache_read: 3, cache_creation: 4 });
    assert.deepEqual(tokens.last_hour, { input: 0, output: 0, cache_read: 0, cache_creation: 0 });
  });

  it('show each minute of the last hour, oldest first', async () => {
    world.totals.record(aRequest());
    await world.time.advance(2 * MINUTE);
    world.totals.record(aRequest({ status: 529, outcome: 'refused', usage: null }));
    const { last_hour_by_minute } = await read();
    assert.deepEqual(last_hour_by_minute.slice(-3), [
      { at: iso(NOW), requests: 1, errors: 0, input_tokens: 1, output_tokens: 2 },
      { at: iso(NOW + MINUTE), requests: 0, errors: 0, input_tokens: 0, output_tokens: 0 },
      { at: iso(NOW + 2 * MINUTE), requests: 1, errors: 1, input_tokens: 0, output_tokens: 0 },
    ]);
  });

  it('name the account that comes back first', async () => {
    await anAccount({ status: limitedUntil(NOW + 2 * HOUR) });
    await anAccount({ status: limitedUntil(NOW + HOUR) });
    await anAccount({ status: inactive(limitedUntil(NOW + MINUTE)) });
    assert.deepEqual((await read()).next_recovery, { account: { id: 'acc_2', name: 'acc_2' }, at: iso(NOW + HOUR) });
  });

  it('name who in use cannot serve: those that need a person, then by who comes back first', async () => {
    await anAccount({ status: limitedUntil(NOW + 2 * HOUR) });
    await anAccount({ status: limitedUntil(NOW + HOUR) });
    await anAccount({ status: invalidSince(NOW) });
    await anAccount({ status: inactive(invalidSince(NOW)) });
    await anAccount({ status: limitedUntil(NOW) });
    await anAccount();
    assert.deepEqual(
      (await read()).absent_accounts.map(({ account, until }) => [account.id, until]),
      [
        ['acc_3', null],
        ['acc_2', iso(NOW + HOUR)],
        ['acc_1', iso(NOW + 2 * HOUR)],
      ],
    );
  });

  it('name ten at most that cannot serve', async () => {
    for (let made = 0; made < 11; made += 1) await anAccount({ status: invalidSince(NOW) });
    const { absent_accounts, invalid_accounts } = await read();
    assert.deepEqual([absent_accounts.length, invalid_accounts], [10, 11]);
  });

  it('say how long the process has been running', async () => {
    await world.time.advance(90_500);
    const { uptime_seconds, generated_at } = await read();
    assert.deepEqual([uptime_seconds, generated_at], [90, iso(NOW + 90_500)]);
  });

  it('hold the alerts', async () => {
    await anAccount({ status: invalidSince(NOW) });
    assert.deepEqual(
      (await read()).alerts.map(({ id }) => id),
      ['account_invalid:acc_1'],
    );
  });

  it('tell that the authorization server refuses Headgate, until it grants again', async () => {
    await anAccount({}, HOUR);
    const codes = async () => (await read()).alerts.map(({ code }) => code);
    world.simulator.tokenFault({ kind: 'status', status: 401, body: '{"error":"invalid_client"}' });
    await world.call('POST', '/api/accounts/acc_1/refresh');
    assert.deepEqual(await codes(), ['oauth_configuration_refused']);
    await world.time.advance(HOUR);
    assert.deepEqual(await codes(), ['oauth_configuration_refused']);
    await world.call('POST', '/api/accounts/acc_1/refresh');
    assert.deepEqual(await codes(), []);
  });
});
