/** Fifty clients leave at once, in each phase of a request: every place, socket and timer is free within a moment. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../support/eventually.ts';
import { aMessage, startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

const CLIENTS = 50;
const ALWAYS = { times: null } as const;
const STREAM = { body: { ...aMessage, stream: true } };
/** I21 of the failure catalogue says one second; the rest is for a busy machine. */
const SOON_MS = 5000;

describe('when fifty clients leave', function () {
  this.timeout(30_000);
  let world: World;
  afterEach(() => world.stop());

  const start = async (options: WorldOptions = {}) => {
    world = await startWorld({ accounts: ['one', 'two'], ...options });
  };
  const openUpstream = () => world.simulator.books.api.filter(({ end }) => end === 'open').length;
  const metric = async (name: string): Promise<number> => {
    const reply = await fetch(`${world.app.url}/metrics`, { headers: { authorization: `Bearer ${world.app.adminKey}` } });
    const line = (await reply.text()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  const inFlight = async () =>
    ((await world.admin('GET', '/api/accounts')).body.data as { in_flight: number }[]).map(({ in_flight }) => in_flight);
  const nothingIsLeft = () =>
    eventually(async () => {
      assert.deepEqual([await inFlight(), openUpstream(), await metric('headgate_requests_in_flight')], [[0, 0], 0, 0]);
    }, SOON_MS);
  /** All ask, all leave once `isThere`, and nothing of them is left; the next request is served. */
  const leaveWhen = async (isThere: () => Promise<void> | void, over: Parameters<World['ask']>[0] = {}) => {
    const leaving = new AbortController();
    const asked = Array.from({ length: CLIENTS }, () =>
      world.ask({ ...over, signal: leaving.signal }).then((reply) => reply.arrayBuffer()),
    );
    const ends = Promise.allSettled(asked);
    await eventually(isThere);
    leaving.abort();
    await ends;
    await nothingIsLeft();
    world.simulator.clearFaults();
    world.simulator.release();
    assert.equal((await world.ask()).status, 200);
    await nothingIsLeft();
  };
  const all = async () => assert.equal(await metric('headgate_requests_in_flight'), CLIENTS);

  it('before the upstream has answered', async () => {
    await start();
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'hang' }, ...ALWAYS });
    await leaveWhen(() => assert.equal(openUpstream(), CLIENTS));
  });

  it('in the middle of a stream', async () => {
    await start();
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'stall', afterEvents: 3 }, ...ALWAYS });
    await leaveWhen(
      () => assert.equal(world.simulator.books.api.filter(({ eventsSent }) => eventsSent === 3).length, CLIENTS),
      STREAM,
    );
  });

  it('while they wait for an account', async () => {
    await start({ config: { accounts: { maxConcurrency: 1 }, retry: { waitForAccountMs: 60_000 } } });
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'hang' }, ...ALWAYS });
    await leaveWhen(async () => {
      await all();
      assert.equal(openUpstream(), 2);
    });
  });

  it('while they wait for a token, whose refresh goes on without them', async () => {
    let now = Date.now();
    await start({ now: () => now });
    now += 9 * 3_600_000;
    world.simulator.tokenFault({ kind: 'hang_after', ...ALWAYS });
    const refreshes = () =>
      world.simulator.books.tokens.filter(({ outcome, grant }) => outcome === 'committed' && grant === 'refresh_token');
    await leaveWhen(async () => {
      await all();
      assert.equal(refreshes().length, 2);
    });
    assert.equal(refreshes().length, 2, 'the tokens that arrived later are used');
  });

  it('while they wait for the next attempt', async () => {
    await start({ config: { retry: { baseDelayMs: 60_000, maxDelayMs: 60_000 } } });
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'overloaded' }, ...ALWAYS });
    await leaveWhen(async () => {
      assert.equal(world.simulator.books.api.filter(({ end }) => end === 'finished').length, CLIENTS);
    });
  });

  it('while they still send their bodies', async () => {
    await start();
    const { hostname, port } = new URL(world.app.url);
    const sockets = await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        const socket = connect(Number(port), hostname).on('error', () => undefined);
        await once(socket, 'connect');
        const head = [`POST /v1/messages HTTP/1.1`, `host: ${hostname}`, `x-api-key: ${world.key}`, 'content-length: 100000'];
        socket.write(`${head.join('\r\n')}\r\n\r\n{"model":"claude-sonnet-5"`);
        return socket;
      }),
    );
    await eventually(all);
    for (const socket of sockets) socket.destroy();
    await nothingIsLeft();
  });

  it('at any moment whatever, and some of them not at all', async () => {
    await start();
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'slow', msPerEvent: 3 }, ...ALWAYS });
    const below: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const asked = Array.from({ length: CLIENTS }, (_, index) =>
        world.ask({ ...STREAM, signal: AbortSignal.timeout(1 + index * 2) }).then((reply) => reply.arrayBuffer()),
      );
      const ends = Promise.allSettled(asked);
      below.push(Math.min(...(await inFlight())));
      await ends;
    }
    assert.ok(Math.min(...below) >= 0);
    await nothingIsLeft();
  });
});
