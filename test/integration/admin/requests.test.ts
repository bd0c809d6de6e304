/** The last requests over the administration API. */
import assert from 'node:assert/strict';
import { requestListSchema } from '../../../src/contract/requests.ts';
import type { AttemptRecord } from '../../../src/requests/request-record.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { NOW } from '../../support/builders.ts';
import { aRequestRecord } from '../../support/request-records.ts';

const attemptOn = (accountId: string) =>
  ({ accountId, accountName: `name of ${accountId}`, considered: [] }) as unknown as AttemptRecord;

describe('requests over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const list = async (query = '') => requestListSchema.parse((await world.call('GET', `/api/requests${query}`)).body);
  const ids = async (query = '') => (await list(query)).data.map(({ id }) => id);

  it('are shown with account, key, outcome, timings and usage', async () => {
    const { key } = await world.aKey('user', 'laptop');
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4 };
    const attempts = [attemptOn('acc_1'), attemptOn('acc_2')];
    world.requests.record(aRequestRecord({ apiKeyId: key.id, attempts, usage, streamed: true }));
    assert.deepEqual((await list()).data, [
      {
        id: 'hgr_1',
        started_at: new Date(NOW).toISOString(),
        key: { id: key.id, name: 'laptop' },
        account: { id: 'acc_2', name: 'name of acc_2' },
        method: 'POST',
        path: '/v1/messages',
        model: 'claude-sonnet-5',
        status: 200,
        outcome: 'relayed',
        error_type: null,
        attempts: 2,
        streamed: true,
        duration_ms: 9,
        first_byte_ms: 5,
        usage: { input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_creation_tokens: 4 },
      },
    ]);
  });

  it('have neither account nor key where none was found', async () => {
    world.requests.record(aRequestRecord({ apiKeyId: null, status: 401, outcome: 'refused', errorType: 'authentication_error' }));
    const [request] = (await list()).data;
    assert.deepEqual([request?.key, request?.account, request?.usage], [null, null, null]);
  });

  it('still tell of a key that was deleted', async () => {
    world.requests.record(aRequestRecord({ apiKeyId: 'key_404' }));
    assert.deepEqual((await list()).data[0]?.key, { id: 'key_404', name: 'a deleted key' });
  });

  it('come newest first, page by page, while new ones arrive', async () => {
    for (const id of ['a', 'b', 'c', 'd']) world.requests.record(aRequestRecord({ id }));
    const first = await list('?limit=2');
    assert.deepEqual(
      first.data.map(({ id }) => id),
      ['d', 'c'],
    );
    world.requests.record(aRequestRecord({ id: 'e' }));
    const rest = await list(`?limit=2&cursor=${first.next_cursor}`);
    assert.deepEqual([rest.data.map(({ id }) => id), rest.has_more], [['b', 'a'], false]);
  });

  it('are listed in the order in which they ended', async () => {
    world.requests.record(aRequestRecord({ id: 'short', startedAt: NOW + 5, durationMs: 1 }));
    world.requests.record(aRequestRecord({ id: 'long', startedAt: NOW, durationMs: 100 }));
    assert.deepEqual(await ids(), ['long', 'short']);
    assert.deepEqual(await ids('?sort=-started_at'), ['short', 'long']);
    assert.deepEqual(await ids('?sort=duration_ms'), ['short', 'long']);
  });

  it('can be narrowed to an account on which any attempt was made, a key and an outcome', async () => {
    world.requests.record(aRequestRecord({ id: 'a', attempts: [attemptOn('acc_1'), attemptOn('acc_2')], apiKeyId: 'key_1' }));
    world.requests.record(aRequestRecord({ id: 'b', attempts: [attemptOn('acc_2')], apiKeyId: 'key_2', outcome: 'cut' }));
    assert.deepEqual(await ids('?account_id=acc_1'), ['a']);
    assert.deepEqual(await ids('?account_id=acc_2'), ['b', 'a']);
    assert.deepEqual(await ids('?key_id=key_2'), ['b']);
    assert.deepEqual(await ids('?outcome=relayed&key_id=key_2'), []);
    assert.deepEqual(await ids('?outcome=cut&account_id=acc_2'), ['b']);
  });

  for (const [query, field] of [
    ['?outcome=lost', 'outcome'],
    ['?accountid=acc_1', 'accountid'],
    ['?account_id=a&account_id=b', 'account_id'],
    ['?sort=model', 'sort'],
    ['?limit=0', 'limit'],
  ] as const) {
    it(`refuse ${query}`, async () => {
      const reply = await world.call('GET', `/api/requests${query}`);
      assert.deepEqual([reply.status, faultsOf(reply)], [400, [field]]);
    });
  }

  it('are explained by their id, which the list names', async () => {
    world.requests.record(aRequestRecord());
    const [request] = (await list()).data;
    assert.equal((await world.call('GET', `/api/requests/${request?.id}/why`)).status, 200);
    assert.equal((await world.call('GET', '/api/requests/hgr_404/why')).status, 404);
  });
});
