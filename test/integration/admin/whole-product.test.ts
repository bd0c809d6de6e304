/** The administration API in the running product: what it tells of real traffic, and what its changes do to it. */
import assert from 'node:assert/strict';
import { requestListSchema } from '../../../src/contract/requests.ts';
import { statisticsSchema } from '../../../src/contract/statistics.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

describe('the administration of a running server', () => {
  let world: World;
  let now = Date.now();
  beforeEach(async () => {
    world = await startWorld({ accounts: ['one'], now: () => now });
  });
  afterEach(() => world.stop());

  const statistics = async () => statisticsSchema.parse((await world.admin('GET', '/api/admin/statistics')).body);
  const asking = (key: string) => world.ask({ headers: { authorization: `Bearer ${key}` } });

  it('lists a request as soon as its answer has ended', async () => {
    const reply = await world.ask();
    await reply.text();
    const { data } = requestListSchema.parse((await world.admin('GET', '/api/requests')).body);
    assert.deepEqual(
      data.map(({ id, key, account, outcome, status }) => [id, key?.name, account?.name, outcome, status]),
      [[reply.headers.get('x-headgate-request-id'), 'test', 'one', 'relayed', 200]],
    );
    assert.ok((data[0]?.usage?.output_tokens ?? 0) > 0);
  });

  it('counts a stream while it runs, and no longer', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const stream = await world.ask({ body: { ...aMessage, stream: true } });
    const during = await statistics();
    assert.deepEqual([during.active_streams, during.requests.in_flight], [1, 1]);
    world.simulator.release();
    await stream.text();
    const after = await statistics();
    assert.deepEqual([after.active_streams, after.requests.in_flight, after.requests.total.requests], [0, 0, 1]);
  });

  it('tells when tokens are refreshed next', async () => {
    const { next_refresh_at } = await statistics();
    assert.ok(next_refresh_at !== null && Date.parse(next_refresh_at) > Date.now());
  });

  it('lets a client use its former key until the grace period of the rotation is over', async () => {
    const { id } = (await world.admin('GET', '/api/keys')).body.data[0];
    const rotated = await world.admin('POST', `/api/keys/${id}/rotate`, { grace_period_seconds: 60 });
    assert.equal(rotated.status, 200);
    assert.deepEqual([(await world.ask()).status, (await asking(rotated.body.key)).status], [200, 200]);
    now += 60_000;
    assert.deepEqual([(await world.ask()).status, (await asking(rotated.body.key)).status], [401, 200]);
  });
});
