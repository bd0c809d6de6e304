/** Who serves, seen from outside: policies, limits, waiting, trials, and the explanation of it all. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { requestWhySchema } from '../../../src/contract/requests.ts';
import { jsonReply, type Script } from '../../support/scripted-upstream.ts';
import { scriptedWorld } from '../../support/scripted-world.ts';
import { startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

describe('selection', () => {
  let world: World;
  afterEach(() => world.stop());

  const start = async (options: WorldOptions) => {
    world = await startWorld(options);
  };
  const servedBy = (reply: Response) => reply.headers.get('x-headgate-account');
  const whyOf = async (reply: Response) => {
    await reply.text();
    const { body } = await world.admin('GET', `/api/requests/${reply.headers.get('x-headgate-request-id')}/why`);
    return requestWhySchema.parse(body);
  };
  const idOf = async (name: string): Promise<string> => {
    const { body } = await world.admin('GET', '/api/accounts');
    return (body.data as { id: string; name: string }[]).find((account) => account.name === name)?.id ?? '';
  };
  const patch = async (name: string, body: object) => world.admin('PATCH', `/api/accounts/${await idOf(name)}`, body);
  const inFlight = async (name: string) => (await world.statusOf(await idOf(name))).in_flight as number;
  const until = async (fits: () => Promise<boolean>) => {
    while (!(await fits())) await setImmediate();
  };

  it('by priority serves from the first in the operator’s order', async () => {
    await start({ accounts: ['one', 'two'], config: { balancer: { policy: 'priority' } } });
    await patch('one', { priority: 5 });
    for (let i = 0; i < 3; i += 1) assert.equal(servedBy(await world.ask()), 'two');
  });

  it('by load serves from the account with fewer requests under way', async () => {
    await start({ accounts: ['one', 'two'], config: { balancer: { policy: 'least_loaded' } } });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 1 } });
    const leave = new AbortController();
    const streaming = await world.ask({ body: { ...STREAM }, signal: leave.signal });
    assert.equal(servedBy(streaming), 'one');
    for (let i = 0; i < 3; i += 1) assert.equal(servedBy(await world.ask()), 'two');
    leave.abort();
  });

  it('by quota serves from the account that has more left', async () => {
    await start({ accounts: ['one', 'two'], config: { balancer: { policy: 'quota_aware' } } });
    world.simulator.setQuota('one', '7d', { limit: 1000, used: 900 });
    world.simulator.setQuota('two', '7d', { limit: 1000, used: 100 });
    for (let i = 0; i < 2; i += 1) await world.ask();
    for (let i = 0; i < 3; i += 1) assert.equal(servedBy(await world.ask()), 'two');
  });

  it('leaves an account alone that has as many requests as it may', async () => {
    await start({ accounts: ['one', 'two'] });
    await patch('one', { max_concurrency: 1 });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 1 } });
    const leave = new AbortController();
    assert.equal(servedBy(await world.ask({ body: STREAM, signal: leave.signal })), 'one');
    for (let i = 0; i < 3; i += 1) assert.equal(servedBy(await world.ask()), 'two');
    leave.abort();
  });

  it('waits for a place that comes free in time', async () => {
    await start({ accounts: ['one'], config: { accounts: { maxConcurrency: 1 } } });
    world.simulator.fault('one', { action: { kind: 'delay', ms: 300 } });
    const [first, second] = await Promise.all([world.ask(), world.ask()]);
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.equal((await whyOf(second)).waited_for_account || (await whyOf(first)).waited_for_account, true);
  });

  it('says that all are busy when no place comes free in time', async () => {
    // A clock that never stands still between two looks.
    let tick = Date.now();
    const config = { accounts: { maxConcurrency: 1 }, retry: { waitForAccountMs: 50 } };
    await start({ accounts: ['one'], config, now: () => ++tick });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 1 } });
    const leave = new AbortController();
    await world.ask({ body: STREAM, signal: leave.signal });
    const refused = await world.ask();
    assert.equal(refused.status, 429);
    assert.match(await refused.text(), /max_concurrency\). Try again at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in 1 s\)\./);
    assert.equal(refused.headers.get('retry-after'), '1');
    leave.abort();
  });

  it('gives a waiting request up when its client leaves', async () => {
    await start({ accounts: ['one'], config: { accounts: { maxConcurrency: 1 } } });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 1 } });
    const leave = new AbortController();
    await world.ask({ body: STREAM, signal: leave.signal });
    const before = world.simulator.books.api.length;
    await assert.rejects(world.ask({ signal: AbortSignal.timeout(50) }));
    await until(async () => world.log().includes('outcome=client_gone'));
    leave.abort();
    await until(async () => (await inFlight('one')) === 0);
    assert.equal(world.simulator.books.api.length, before);
  });

  it('waits for an account that recovers within seconds', async () => {
    await start({ accounts: ['one'] });
    world.simulator.fault('one', {
      action: { kind: 'status', status: 429, headers: { 'retry-after': '1', 'anthropic-ratelimit-unified-status': 'rejected' } },
    });
    assert.equal((await world.ask()).status, 200);
    assert.equal(world.simulator.books.requests('one').length, 2);
  });

  it('keeps within its share of the quota', async () => {
    await start({ accounts: ['one', 'two'], config: { accounts: { maxUtilization: 0.8 } } });
    world.simulator.setQuota('one', '5h', { limit: 1000, used: 850 });
    const names: (string | null)[] = [];
    for (let i = 0; i < 4; i += 1) names.push(servedBy(await world.ask()));
    assert.deepEqual(names, ['one', 'two', 'two', 'two']);
  });

  it('explains itself: candidates, what removed each, and why this one', async () => {
    await start({ accounts: ['one', 'two', 'three'] });
    await patch('one', { status: 'inactive' });
    world.simulator.fault('two', { action: { kind: 'quota_rejected' } });
    const why = await whyOf(await world.ask());
    assert.deepEqual(
      why.attempts.map(({ account, chosen_by, candidates, row }) => ({
        account: account.name,
        chosen_by,
        row,
        candidates: candidates.map((candidate) => [candidate.account.name, candidate.excluded]),
      })),
      [
        {
          account: 'two',
          chosen_by: 'rotation',
          row: 6,
          candidates: [
            ['one', 'inactive'],
            ['two', null],
          ],
        },
        { account: 'three', chosen_by: 'failover', row: 1, candidates: [['three', null]] },
      ],
    );
    assert.deepEqual([why.policy, why.status, why.outcome], ['round_robin', 200, 'relayed']);
  });

  it('knows nothing of requests that it has not seen', async () => {
    await start({});
    assert.equal((await world.admin('GET', '/api/requests/hgr_nothing/why')).status, 404);
  });
});

const STREAM = { model: 'claude-sonnet-5', max_tokens: 64, stream: true, messages: [{ role: 'user', content: 'Say hello' }] };

describe('an account whose rest is over', () => {
  it('is tried by one request, and the others wait for that: none of them is refused for it', async () => {
    let now = Date.now();
    const held: (() => void)[] = [];
    const ok = jsonReply('200 OK', { id: 'msg' });
    const pause = jsonReply('429 Too Many Requests', { error: { type: 'rate_limit_error' } }, ['retry-after: 60']);
    const script: Script = (socket) => {
      if (upstream.seen.length === 1) socket.write(pause);
      else if (upstream.seen.length === 2) held.push(() => socket.write(ok));
      else socket.write(ok);
    };
    const { world, upstream, stop } = await scriptedWorld(script, { now: () => now });
    try {
      assert.equal((await world.ask()).status, 429);
      now += 60_001;
      const asked = Array.from({ length: 20 }, () => world.ask());
      await upstream.until(() => held.length === 1);
      // Some round trips later the others would have been sent as well.
      for (let trip = 0; trip < 20; trip += 1) await world.admin('GET', '/api/accounts');
      assert.equal(upstream.seen.length, 2);
      held[0]?.();
      assert.deepEqual(new Set((await Promise.all(asked)).map(({ status }) => status)), new Set([200]));
    } finally {
      await stop();
    }
  });
});
