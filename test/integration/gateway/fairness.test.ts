/** Hundreds of requests at once, over real sockets: nobody idles while requests wait, nobody gets more than its share, and every place comes back. */
import assert from 'node:assert/strict';
import { policyNames } from '../../../src/core/policies.ts';
import { eventually } from '../../support/eventually.ts';
import { aMessage, startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

const NAMES = ['one', 'two', 'three', 'four'];
const PATIENT = { retry: { waitForAccountMs: 60_000 } };
const ALWAYS = { times: null } as const;

describe('with hundreds of requests at once', function () {
  this.timeout(60_000);
  let world: World;
  afterEach(() => world.stop());

  const start = async (options: WorldOptions) => {
    world = await startWorld({ accounts: NAMES, ...options });
  };
  const underWay = (name: string) => world.simulator.books.requests(name).filter(({ end }) => end === 'open').length;
  const load = () => NAMES.map(underWay);
  const ask = async (): Promise<{ readonly status: number; readonly account: string | null }> => {
    const reply = await world.ask();
    await reply.arrayBuffer();
    return { status: reply.status, account: reply.headers.get('x-headgate-account') };
  };
  const askAll = (count: number) => Promise.all(Array.from({ length: count }, ask));
  const places = async () => {
    const { body } = await world.admin('GET', '/api/accounts');
    return (body.data as { in_flight: number }[]).map(({ in_flight }) => in_flight);
  };
  const inFlight = async () => (await world.admin('GET', '/api/admin/statistics')).body.requests.in_flight as number;
  const atRest = () => eventually(async () => assert.deepEqual(await places(), [0, 0, 0, 0]));

  for (const policy of policyNames) {
    it(`by ${policy} fills every account up to its limit, never beyond, as long as requests wait`, async () => {
      await start({ config: { ...PATIENT, balancer: { policy }, accounts: { maxConcurrency: 10 } } });
      for (const name of NAMES) world.simulator.fault(name, { action: { kind: 'hang' }, ...ALWAYS });
      const asked = askAll(300);
      for (let left = 300; left > 0; left -= 40) {
        const most = Math.min(40, left);
        await eventually(() => {
          assert.equal(world.simulator.books.api.length, 300 - left + most);
          assert.equal(
            load().reduce((sum, count) => sum + count),
            most,
          );
        });
        if (most === 40) assert.deepEqual(load(), [10, 10, 10, 10]);
        assert.ok(Math.max(...load()) <= 10);
        world.simulator.release();
      }
      assert.deepEqual(new Set((await asked).map(({ status }) => status)), new Set([200]));
      await atRest();
    });
  }

  for (const policy of ['round_robin', 'least_loaded', 'quota_aware'] as const) {
    it(`by ${policy} gives each account the same share, where none has a limit`, async () => {
      await start({ config: { balancer: { policy } } });
      for (const name of NAMES) world.simulator.fault(name, { action: { kind: 'hang' }, ...ALWAYS });
      const asked = askAll(300);
      await eventually(() => assert.deepEqual(load(), [75, 75, 75, 75]));
      world.simulator.release();
      await asked;
      await atRest();
    });
  }

  it('sends one request ahead to an account whose rest is over, and the others once that was served', async () => {
    let now = Date.now();
    await start({ accounts: ['one'], config: PATIENT, now: () => now });
    world.simulator.fault('one', { action: { kind: 'throttled', retryAfter: 600 } });
    assert.equal((await ask()).status, 429);
    now += 601_000;
    world.simulator.fault('one', { action: { kind: 'hang' } });
    world.simulator.books.clear();
    const asked = askAll(100);
    await eventually(() => assert.equal(underWay('one'), 1));
    await eventually(async () => assert.equal(await inFlight(), 100));
    // Whoever waits looks again when an account changes.
    const [one] = (await world.admin('GET', '/api/accounts')).body.data as { id: string }[];
    assert.equal((await world.admin('PATCH', `/api/accounts/${one?.id}`, { priority: 1 })).status, 200);
    await world.admin('GET', '/api/accounts');
    assert.equal(world.simulator.books.api.length, 1, 'the others wait');
    world.simulator.release();
    assert.deepEqual(new Set((await asked).map(({ status }) => status)), new Set([200]));
    assert.equal(world.simulator.books.api.length, 100);
  });

  it('leaves an account to its one trial, and serves everybody else from the others', async () => {
    let now = Date.now();
    await start({ config: PATIENT, now: () => now });
    world.simulator.fault('one', { action: { kind: 'throttled', retryAfter: 600 } });
    while (world.simulator.books.requests('one').length === 0) await ask();
    now += 601_000;
    world.simulator.fault('one', { action: { kind: 'hang' } });
    world.simulator.books.clear();
    const asked = askAll(100);
    await eventually(() => assert.equal(world.simulator.books.api.filter(({ end }) => end === 'finished').length, 99));
    assert.deepEqual([underWay('one'), world.simulator.books.requests('one').length], [1, 1]);
    world.simulator.release();
    await asked;
    await atRest();
  });

  /** Each is a durable write; a request is looked at for every one that was served meanwhile. */
  const PAUSES = 8;

  it('asks no account that is paused, however often that changes, and everybody is served', async () => {
    await start({});
    const { body } = await world.admin('GET', '/api/accounts');
    const ids = (body.data as { id: string }[]).map(({ id }) => id);
    /** When each account was certainly paused, as the person who paused it saw it. */
    const pauses: { readonly id: string; readonly from: number; until: number }[] = [];
    const served: { readonly status: number; readonly request: string }[] = [];
    let isOver = false;
    const flip = async (id: string, startPaused: boolean) => {
      for (let paused = startPaused; !isOver; paused = !paused) {
        const current = pauses.findLast((pause) => pause.id === id);
        if (!paused && current) current.until = Date.now();
        await world.admin('PATCH', `/api/accounts/${id}`, { status: paused ? 'inactive' : 'active' });
        if (paused) pauses.push({ id, from: Date.now(), until: Number.POSITIVE_INFINITY });
        const before = served.length;
        await eventually(() => assert.ok(isOver || served.length > before));
      }
    };
    const flips = ids.slice(0, 2).map((id, index) => flip(id, index === 0));
    const worker = async () => {
      for (let i = 0; i < 5 || (pauses.length < PAUSES && i < 500); i += 1) {
        const reply = await world.ask();
        await reply.arrayBuffer();
        served.push({ status: reply.status, request: reply.headers.get('x-headgate-request-id') ?? '' });
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker)).finally(() => {
      isOver = true;
    });
    await Promise.all(flips);
    assert.deepEqual(new Set(served.map(({ status }) => status)), new Set([200]));
    assert.ok(pauses.length >= PAUSES, `${pauses.length} pauses`);
    for (const { request } of served) {
      const { attempts } = (await world.admin('GET', `/api/requests/${request}/why`)).body as {
        attempts: { account: { id: string }; started_at: string }[];
      };
      for (const { account, started_at } of attempts) {
        const at = Date.parse(started_at);
        assert.ok(
          !pauses.some(({ id, from, until }) => id === account.id && at > from && at < until),
          'asked while it was paused',
        );
      }
    }
  });

  it('goes elsewhere when its account is paused, or removed, while it waits for that one’s token', async () => {
    for (const [method, body] of [
      ['PATCH', { status: 'inactive' }],
      ['DELETE', undefined],
    ] as const) {
      let now = Date.now();
      world = await startWorld({ accounts: ['one'], now: () => now });
      const [one] = (await world.admin('GET', '/api/accounts')).body.data as { id: string }[];
      now += 9 * 3_600_000;
      await world.addAccount('two');
      await world.admin('PATCH', `/api/accounts/${one?.id}`, { max_concurrency: 1 });
      const other = (await world.admin('GET', '/api/accounts')).body.data[1].id as string;
      await world.admin('PATCH', `/api/accounts/${other}`, { status: 'inactive' });
      world.simulator.tokenFault({ kind: 'hang', grant: 'refresh_token' });
      const asked = ask();
      await eventually(() => assert.equal(world.simulator.books.tokenRequests('one').length, 2));
      await world.admin('PATCH', `/api/accounts/${other}`, { status: 'active' });
      await world.admin(method, `/api/accounts/${one?.id}`, body);
      world.simulator.release();
      assert.deepEqual(await asked, { status: 200, account: 'two' });
      assert.equal(world.simulator.books.requests('one').length, 0);
      if (method === 'PATCH') await world.stop();
    }
  });

  it('finishes the streams of an account that is removed under them', async () => {
    await start({ accounts: ['one'] });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 }, ...ALWAYS });
    const streams = await Promise.all(Array.from({ length: 10 }, () => world.ask({ body: { ...aMessage, stream: true } })));
    const [one] = (await world.admin('GET', '/api/accounts')).body.data as { id: string; in_flight: number }[];
    assert.equal(one?.in_flight, 10);
    assert.equal((await world.admin('DELETE', `/api/accounts/${one?.id}`)).status, 204);
    assert.equal((await world.ask()).status, 503);
    world.simulator.release();
    for (const stream of streams) assert.match(await stream.text(), /message_stop/);
    await eventually(async () => assert.equal(await inFlight(), 0));
  });
});
