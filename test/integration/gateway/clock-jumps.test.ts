/** Somebody sets the clock of the machine, a day forward or back, while requests, refreshes and waits are under way. */
import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAMES = ['one', 'two', 'three'];

describe('when the clock is set', function () {
  this.timeout(30_000);
  let world: World;
  /** By how much the clock on the wall is wrong; the far end has a clock of its own, which nobody sets. */
  let off: number;
  beforeEach(() => {
    off = 0;
  });
  afterEach(() => world.stop());

  const start = async (options: WorldOptions = {}) => {
    world = await startWorld({
      accounts: NAMES,
      ...options,
      now: () => Date.now() + off,
      steady: () => performance.now(),
      simulator: { now: Date.now, ...options.simulator },
    });
  };
  const ask = async (headers: Record<string, string> = {}) => {
    const reply = await world.ask({ headers });
    await reply.arrayBuffer();
    return { status: reply.status, account: reply.headers.get('x-headgate-account') };
  };
  const inFlight = async () => (await world.admin('GET', '/api/admin/statistics')).body.requests.in_flight as number;
  const statuses = async (count: number) =>
    new Set((await Promise.all(Array.from({ length: count }, () => ask()))).map(({ status }) => status));
  const refreshes = () => NAMES.map((name) => world.simulator.books.refreshes(name));
  const states = async () =>
    ((await world.admin('GET', '/api/accounts')).body.data as { status: string }[]).map(({ status }) => status);

  for (const [way, by] of [
    ['a day forward', DAY],
    ['a day back', -DAY],
    ['a day forward and back again', 0],
  ] as const) {
    it(`${way}, refreshes each token once at most, and serves everybody`, async () => {
      await start();
      off = by === 0 ? DAY : by;
      assert.deepEqual(await statuses(100), new Set([200]));
      off = by;
      assert.deepEqual(await statuses(100), new Set([200]));
      assert.ok(Math.max(...refreshes()) <= 1, `${refreshes()} refreshes`);
      assert.deepEqual(await states(), ['active', 'active', 'active']);
    });
  }

  it('a day back, uses no token longer than one refusal', async () => {
    await start();
    off = -DAY;
    // Eight hours later by the clock that nobody set.
    for (const name of NAMES) world.simulator.expireAccessTokens(name);
    assert.deepEqual(await statuses(30), new Set([200]));
    assert.deepEqual(refreshes(), [1, 1, 1]);
    assert.deepEqual(await states(), ['active', 'active', 'active']);
  });

  it('a day back, ends a pause of half a minute no later than the clock shows', async () => {
    await start({ accounts: ['one'], config: { retry: { waitForAccountMs: 0 } } });
    world.simulator.fault('one', { action: { kind: 'throttled', retryAfter: 30 } });
    assert.equal((await ask()).status, 429);
    off = -DAY;
    assert.equal((await ask()).status, 200);
    assert.deepEqual(await states(), ['active']);
  });

  it('by a second or two, as time servers do, leaves a pause as it is', async () => {
    await start({ accounts: ['one'], config: { retry: { waitForAccountMs: 0 } } });
    world.simulator.fault('one', { action: { kind: 'throttled', retryAfter: 30 }, times: null });
    assert.equal((await ask()).status, 429);
    const asked = world.simulator.books.api.length;
    for (off of [2000, -2000]) assert.equal((await ask()).status, 429);
    assert.equal(world.simulator.books.api.length, asked);
  });

  it('a day forward, asks an account that is used up once more, and not again and again', async () => {
    await start({ accounts: ['one'], config: { retry: { waitForAccountMs: 0 } } });
    world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
    assert.equal((await ask()).status, 429);
    off = DAY;
    const asked = world.simulator.books.api.length;
    for (let i = 0; i < 10; i += 1) assert.equal((await ask()).status, 429);
    const until = (await world.statusOf((await world.admin('GET', '/api/accounts')).body.data[0].id)).rate_limited_until;
    assert.equal(world.simulator.books.api.length, asked + 1);
    assert.ok(Date.parse(until) - (Date.now() + off) > 50 * MINUTE, 'for as long as the upstream said');
  });

  it('a day forward and back, keeps conversations where they are', async () => {
    await start();
    const sessions = Array.from({ length: 30 }, (_, index) => ({ 'x-claude-code-session-id': `talk-${index}` }));
    const homes = async () => Promise.all(sessions.map(async (session) => (await ask(session)).account));
    const before = await homes();
    for (off of [DAY, 0, -DAY]) assert.deepEqual(await homes(), before);
  });

  it('during a refresh, counts the life of the new token from the clock as it is then', async () => {
    await start({
      accounts: ['one'],
      simulator: {
        now: () => Date.now(),
        onTokenStage: async (stage, grant) => {
          if (stage === 'committed' && grant === 'refresh_token') off -= HOUR;
        },
      },
    });
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data as [{ id: string }];
    assert.equal((await world.admin('POST', `/api/accounts/${id}/refresh`)).body.result, 'refreshed');
    const life = Date.parse((await world.statusOf(id)).expires_at) - (Date.now() + off);
    assert.ok(Math.abs(life - 8 * HOUR) < MINUTE, `${life} ms`);
    assert.equal((await ask()).status, 200);
  });

  it('while requests wait for a place, makes them wait no longer and no shorter', async () => {
    await start({ accounts: ['one'], config: { accounts: { maxConcurrency: 1 }, retry: { waitForAccountMs: 20_000 } } });
    world.simulator.fault('one', { action: { kind: 'hang' } });
    const first = ask();
    await eventually(() => assert.equal(world.simulator.books.api.length, 1));
    let isDone = false;
    const waiting = ask().finally(() => {
      isDone = true;
    });
    await eventually(async () => assert.equal(await inFlight(), 2));
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data as [{ id: string }];
    for (off of [DAY, -DAY]) {
      // Whoever waits looks again when an account changes, by the clock as it is now.
      assert.equal((await world.admin('PATCH', `/api/accounts/${id}`, { name: `after ${off}` })).status, 200);
      await world.admin('GET', '/api/accounts');
      assert.equal(isDone, false);
    }
    world.simulator.release();
    assert.deepEqual([(await first).status, (await waiting).status], [200, 200]);
  });

  it('a day back, tells no negative uptime', async () => {
    await start();
    off = -DAY;
    const health = (await (await fetch(`${world.app.url}/health`)).json()) as { uptime_seconds: number };
    assert.ok(health.uptime_seconds >= 0, `${health.uptime_seconds} s`);
  });
});
