/** What the server tells, put into what is shown. */
import assert from 'node:assert/strict';
import { accountQuery, accountsQuery } from '../../../frontend/src/api/accounts.ts';
import { createEventApplier } from '../../../frontend/src/api/apply-event.ts';
import { keysQuery } from '../../../frontend/src/api/keys.ts';
import { recentRequestsQuery } from '../../../frontend/src/api/requests.ts';
import { sessionQuery } from '../../../frontend/src/api/session.ts';
import { statisticsQuery } from '../../../frontend/src/api/statistics.ts';
import { createQueryClient } from '../../../frontend/src/lib/query-client.ts';
import { aKey, anAccount, aRequest, someStatistics } from '../support/builders.ts';

describe('an event of the server', () => {
  let client: ReturnType<typeof createQueryClient>;
  let due: (() => void)[];
  let now = 0;
  let apply: ReturnType<typeof createEventApplier>;
  let tell: (type: string, data: unknown) => void;
  beforeEach(() => {
    client = createQueryClient(() => undefined);
    due = [];
    apply = createEventApplier(
      client,
      (run) => due.push(run),
      () => now,
    );
    tell = (type, data) => apply({ type, data });
  });
  afterEach(() => client.clear());

  const accountNames = () => client.getQueryData(accountsQuery().queryKey)?.map(({ name }) => name);
  const isStale = (queryKey: readonly unknown[]) => client.getQueryState(queryKey)?.isInvalidated;

  it('changes an account wherever it is shown, and adds one that is new', () => {
    const before = anAccount({ name: 'one' });
    client.setQueryData(accountsQuery().queryKey, [before]);
    tell('account', { ...before, status: 'rate_limited' });
    assert.equal(client.getQueryData(accountsQuery().queryKey)?.[0]?.status, 'rate_limited');
    assert.equal(client.getQueryData(accountQuery(before.id).queryKey)?.status, 'rate_limited');
    tell('account', anAccount({ name: 'two' }));
    assert.deepEqual(accountNames(), ['one', 'two']);
  });

  it('takes a removed account away', () => {
    client.setQueryData(accountsQuery().queryKey, [anAccount({ name: 'one' }), anAccount({ name: 'two' })]);
    tell('account_removed', { id: 'acc_one' });
    assert.deepEqual(accountNames(), ['two']);
  });

  it('changes and removes keys', () => {
    client.setQueryData(keysQuery().queryKey, [aKey({ name: 'laptop' })]);
    tell('key', aKey({ name: 'laptop', enabled: false }));
    tell('key', aKey({ name: 'ci' }));
    assert.deepEqual(
      client.getQueryData(keysQuery().queryKey)?.map(({ name, enabled }) => [name, enabled]),
      [
        ['laptop', false],
        ['ci', true],
      ],
    );
    tell('key_removed', { id: 'key_ci' });
    assert.equal(client.getQueryData(keysQuery().queryKey)?.length, 1);
  });

  it('puts a request before the others, in lists of its length', () => {
    const all = recentRequestsQuery({ limit: 2 }).queryKey;
    client.setQueryData(all, [aRequest('hgr_2'), aRequest('hgr_1')]);
    tell('request', aRequest('hgr_3'));
    assert.deepEqual(
      client.getQueryData(all)?.map(({ id }) => id),
      ['hgr_3', 'hgr_2'],
    );
  });

  it('tells when the key of a request was last used, as no event of keys does', () => {
    client.setQueryData(keysQuery().queryKey, [aKey({ name: 'laptop', last_used_at: null }), aKey({ name: 'ci' })]);
    const usedAt = () => client.getQueryData(keysQuery().queryKey)?.map(({ last_used_at }) => last_used_at);
    const request = { ...aRequest('hgr_1'), key: { id: 'key_laptop', name: 'laptop' } };
    tell('request', request);
    tell('request', { ...request, started_at: '2020-01-01T00:00:00.000Z' });
    assert.deepEqual(usedAt(), [request.started_at, aKey({ name: 'ci' }).last_used_at]);
  });

  it('asks for the requests of one account again, and only once for many events', () => {
    const ofOne = recentRequestsQuery({ limit: 2, accountId: 'acc_one' }).queryKey;
    client.setQueryData(ofOne, [aRequest('hgr_1')]);
    for (const id of ['hgr_2', 'hgr_3']) tell('request', aRequest(id));
    assert.equal(isStale(ofOne), false);
    assert.equal(due.length, 1);
    due[0]?.();
    assert.equal(isStale(ofOne), true);
  });

  it('raises and clears an alert', () => {
    const key = statisticsQuery().queryKey;
    const alert = {
      id: 'storage_failing',
      code: 'storage_failing',
      message: 'x',
      since: '2026-11-24T12:00:00.000Z',
      account: null,
    };
    client.setQueryData(key, someStatistics());
    tell('alert', alert);
    tell('alert', { ...alert, message: 'y' });
    assert.deepEqual(
      client.getQueryData(key)?.alerts.map(({ message }) => message),
      ['y'],
    );
    tell('alert_cleared', { id: alert.id });
    assert.deepEqual(client.getQueryData(key)?.alerts, []);
  });

  it('says that something was missed: everything is asked for again, but not who is signed in', () => {
    client.setQueryData(accountsQuery().queryKey, []);
    client.setQueryData(sessionQuery().queryKey, { authenticated: true, role: 'admin', expires_at: null });
    tell('resync', {});
    assert.deepEqual([isStale(accountsQuery().queryKey), isStale(sessionQuery().queryKey)], [true, false]);
  });

  it('that begins a connection spares what was asked for after it', async () => {
    const [early, late] = [accountsQuery().queryKey, keysQuery().queryKey];
    now = 1;
    await client.fetchQuery({ queryKey: early, queryFn: () => [] });
    now = 3;
    await client.fetchQuery({ queryKey: late, queryFn: () => [] });
    apply({ type: 'resync', data: {} }, 2);
    assert.deepEqual([isStale(early), isStale(late)], [true, false]);
    apply({ type: 'resync', data: {} }, null);
    assert.deepEqual([isStale(early), isStale(late)], [true, true]);
  });

  it('that is unknown, or not as agreed, changes nothing', () => {
    client.setQueryData(accountsQuery().queryKey, [anAccount()]);
    tell('news', { id: 'x' });
    tell('toString', {});
    tell('account', { id: 'acc_one', name: 'half' });
    tell('account', null);
    assert.deepEqual(accountNames(), ['one']);
  });
});
