/** More than can be served: what is beyond the bounds is refused at once and in words, and afterwards everything is as before. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { jsonReply, type Script } from '../../support/scripted-upstream.ts';
import { type ScriptedWorld, scriptedWorld } from '../../support/scripted-world.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const ok = jsonReply('200 OK', { id: 'msg' });

/** Holds every reply back until it is told to let go. */
function holding() {
  const held: Socket[] = [];
  let open = false;
  const script: Script = (socket) => {
    if (open) socket.write(ok);
    else held.push(socket);
  };
  return {
    script,
    held,
    letGo() {
      open = true;
      for (const socket of held.splice(0)) socket.write(ok);
    },
  };
}

describe('a server that is asked for more than it may take', function () {
  this.timeout(20_000);
  let scripted: ScriptedWorld;
  afterEach(() => scripted.stop());

  const ask = (over: Parameters<World['ask']>[0] = {}) => scripted.world.ask(over);

  it('refuses what is beyond its memory while all it has taken is still being served, and takes more as soon as that is done', async () => {
    const { script, letGo } = holding();
    const body = JSON.stringify(aMessage);
    const places = 20;
    scripted = await scriptedWorld(script, {
      config: { server: { maxBodyBytes: 1000, maxBufferedBytes: Math.max(1000, places * body.length) } },
    });
    const asked = Array.from({ length: 5 * places }, () => ask({ body }));
    const outcomes = { served: 0, refused: 0 };
    const done = asked.map(async (reply) => {
      const { status, headers } = await reply;
      await (await reply).text();
      assert.ok(status === 200 || (status === 503 && headers.get('retry-after') === '2'), String(status));
      outcomes[status === 200 ? 'served' : 'refused'] += 1;
    });
    // Before anything is answered upstream, everybody beyond the bound has been told.
    while (outcomes.refused < 4 * places) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(outcomes.served, 0);
    letGo();
    await Promise.all(done);
    assert.deepEqual(outcomes, { served: places, refused: 4 * places });
    assert.equal((await ask()).status, 200);
  });

  it('asks a failing upstream for little more than its clients ask, however many accounts there are', async () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    scripted = await scriptedWorld((socket) => void socket.write(jsonReply('529 Overloaded', body)));
    const { world, upstream } = scripted;
    for (const name of ['two', 'three'])
      await world.admin('POST', '/api/accounts', { name, kind: 'api_key', api_key: `sk-ant-made-up-${name}` });
    const clients = 200;
    let status = 0;
    for (let n = 0; n < clients / 20; n += 1) {
      const replies = await Promise.all(Array.from({ length: 20 }, () => ask()));
      for (const reply of replies) await reply.text();
      status = replies[0]?.status ?? 0;
    }
    assert.equal(status, 529);
    // A fifth more, and what a quiet server may always repeat: three a second.
    const { seen } = upstream;
    assert.ok(seen.length <= clients * 1.2 + 30, `${seen.length} requests upstream for ${clients}`);
    for (const { status: state } of (await world.admin('GET', '/api/accounts')).body.data) assert.equal(state, 'active');
  });

  it('lets those who wait for a place have it in the order in which they came', async () => {
    const { script, held, letGo } = holding();
    scripted = await scriptedWorld(script, { config: { accounts: { maxConcurrency: 1 } } });
    const { world, upstream } = scripted;
    const first = ask();
    await upstream.until(() => held.length === 1);
    const order: number[] = [];
    const waiting = [];
    for (let n = 0; n < 5; n += 1) {
      const before = await inFlight(world);
      waiting.push(ask({ path: `/v1/messages?n=${n}` }).then(() => order.push(n)));
      while ((await inFlight(world)) === before) await new Promise((resolve) => setImmediate(resolve));
    }
    letGo();
    await Promise.all([first, ...waiting]);
    assert.deepEqual(
      upstream.seen.slice(1).map(({ target }) => target),
      [0, 1, 2, 3, 4].map((n) => `/v1/messages?n=${n}`),
    );
  });
});

async function gaugeOf(world: World, name: string): Promise<number> {
  const reply = await fetch(`${world.app.url}/metrics`, { headers: { authorization: `Bearer ${world.app.adminKey}` } });
  const line = (await reply.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}
const inFlight = (world: World): Promise<number> => gaugeOf(world, 'headgate_requests_in_flight');

describe('a server that has been through much', function () {
  this.timeout(60_000);

  it('holds no more requests, memory, timers or connections than before', async () => {
    const world = await startWorld({ accounts: ['one', 'two'], config: { retry: { waitForAccountMs: 10 } } });
    const { simulator } = world;
    const stream = { ...aMessage, stream: true };
    const round = async () => {
      simulator.fault('one', { action: { kind: 'reset', afterEvents: 2 } });
      simulator.fault('two', { action: { kind: 'stall', afterEvents: 1 } });
      simulator.fault('one', { action: { kind: 'overloaded' } });
      const leave = new AbortController();
      const asked = Array.from({ length: 12 }, (_, n) =>
        world.ask({
          body: n % 2 === 0 ? stream : aMessage,
          signal: leave.signal,
          headers: n % 4 === 0 ? { authorization: 'Bearer hg_wrong' } : { 'x-claude-code-session-id': `s ${n}` },
        }),
      );
      const read = asked.map(async (reply) => (await reply).text());
      const settled = Promise.allSettled(read);
      await Promise.any(read);
      leave.abort();
      await settled;
      simulator.clearFaults();
    };
    const count = () => {
      const kinds = process.getActiveResourcesInfo();
      return {
        timers: kinds.filter((kind) => kind === 'Timeout').length,
        sockets: kinds.filter((kind) => /TCP/.test(kind)).length,
      };
    };
    const rest = async () => {
      while ((await inFlight(world)) > 0) await new Promise((resolve) => setImmediate(resolve));
    };
    for (let n = 0; n < 5; n += 1) await round();
    await rest();
    const before = count();
    for (let n = 0; n < 40; n += 1) await round();
    await rest();
    const after = count();
    assert.deepEqual([await inFlight(world), await gaugeOf(world, 'headgate_buffered_bytes')], [0, 0]);
    assert.ok(after.timers <= before.timers + 20, JSON.stringify({ before, after }));
    assert.ok(after.sockets <= before.sockets + 60, JSON.stringify({ before, after }));
    for (const { in_flight } of (await world.admin('GET', '/api/accounts')).body.data) assert.equal(in_flight, 0);
    await world.stop();
  });
});
