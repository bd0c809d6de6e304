/** `GET /api/events` over real connections to the whole product. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { EventStreams } from '../../../src/admin/events/event-streams.ts';
import { type AdminWorld, adminWorld } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';
import { type EventConsumer, listenTo } from '../../support/event-consumer.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('events of the running product', () => {
  let world: World;
  let consumers: EventConsumer[];
  beforeEach(async () => {
    consumers = [];
    world = await startWorld({ accounts: ['one'] });
  });
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.leave()));
    await world.stop();
  });

  const listen = async (headers: Record<string, string> = {}) => {
    const consumer = await listenTo(world.app.url, { authorization: `Bearer ${world.app.adminKey}`, ...headers });
    consumers.push(consumer);
    return consumer;
  };
  const accountId = async (): Promise<string> => (await world.admin('GET', '/api/accounts')).body.data[0].id;

  it('begin with the advice to fetch everything', async () => {
    const consumer = await listen();
    const first = await consumer.until(() => true);
    assert.deepEqual([consumer.status, first.type, first.data], [200, 'resync', {}]);
  });

  it('tell what becomes of an account', async () => {
    const id = await accountId();
    const consumer = await listen();
    await world.admin('PATCH', `/api/accounts/${id}`, { name: 'work' });
    await consumer.until(({ type, data }) => type === 'account' && data.name === 'work');
    await world.admin('PATCH', `/api/accounts/${id}`, { status: 'inactive' });
    await consumer.until(({ type, data }) => type === 'account' && data.status === 'inactive');
    await world.admin('DELETE', `/api/accounts/${id}`);
    await consumer.until(({ type, data }) => type === 'account_removed' && data.id === id);
    assert.ok(
      consumer.heard.findLastIndex(({ type }) => type === 'account') <
        consumer.heard.findIndex(({ type }) => type === 'account_removed'),
    );
  });

  it('tell of a request while it runs and when it has ended', async () => {
    const consumer = await listen();
    world.simulator.fault('one', { action: { kind: 'hang' } });
    const asked = world.ask();
    await consumer.until(({ type, data }) => type === 'account' && data.in_flight === 1);
    world.simulator.release();
    const reply = await asked;
    await reply.text();
    const request = await consumer.until(({ type }) => type === 'request');
    assert.deepEqual(
      [request.data.id, request.data.account.name, request.data.key.name],
      [reply.headers.get('x-headgate-request-id'), 'one', 'test'],
    );
    await consumer.until(({ type, data }) => type === 'account' && data.in_flight === 0 && data.counters.requests === 1);
    await consumer.until(({ type }) => type === 'statistics_changed');
  });

  it('tell of keys, and of no secret of theirs', async () => {
    const consumer = await listen();
    const { id, key } = (await world.admin('POST', '/api/keys', { name: 'laptop' })).body;
    await consumer.until(({ type, data }) => type === 'key' && data.id === id);
    const rotated = (await world.admin('POST', `/api/keys/${id}/rotate`, {})).body.key;
    await consumer.until(({ type, data }) => type === 'key' && data.revision === 2);
    await world.admin('DELETE', `/api/keys/${id}`);
    await consumer.until(({ type, data }) => type === 'key_removed' && data.id === id);
    for (const secret of [key, rotated]) assert.ok(!JSON.stringify(consumer.heard).includes(secret));
  });

  it('tell of changes of the configuration', async () => {
    const consumer = await listen();
    await world.admin('PATCH', '/api/settings', { values: { 'balancer.policy': 'priority' } });
    const { data } = await consumer.until(({ type }) => type === 'config');
    assert.deepEqual(data, { changed: ['balancer.policy'], source: 'settings' });
  });

  it('tell of alerts that come and go', async () => {
    const id = await accountId();
    const consumer = await listen();
    world.simulator.revoke('one');
    await world.admin('POST', `/api/accounts/${id}/refresh`);
    const { data } = await consumer.until(({ type }) => type === 'alert');
    assert.deepEqual([data.code, data.account.id], ['account_invalid', id]);
    await world.admin('DELETE', `/api/accounts/${id}`);
    assert.deepEqual((await consumer.until(({ type }) => type === 'alert_cleared')).data, { id: data.id });
  });

  it('go on where a consumer was cut off', async () => {
    const first = await listen();
    await first.until(({ type }) => type === 'resync');
    const { id } = (await world.admin('POST', '/api/keys', { name: 'a' })).body;
    const last = await first.until(({ type }) => type === 'key');
    await first.leave();
    for (const name of ['b', 'c']) await world.admin('PATCH', `/api/keys/${id}`, { name });
    const second = await listen({ 'last-event-id': last.id });
    await second.until(({ type, data }) => type === 'key' && data.name === 'c');
    const told = second.heard.filter(({ type }) => type === 'key' || type === 'resync');
    assert.deepEqual(
      told.map(({ data }) => data.name),
      ['b', 'c'],
    );
  });

  it('begin anew for who comes from another process, or from too long ago', async () => {
    for (const id of ['0a0a0a-7', 'nonsense']) {
      const consumer = await listen({ 'last-event-id': id });
      assert.equal((await consumer.until(() => true)).type, 'resync', id);
    }
  });

  it('need the operator’s credential', async () => {
    for (const headers of [{}, { authorization: `Bearer ${world.key}` }]) {
      const reply = await fetch(`${world.app.url}/api/events`, { headers: headers as Record<string, string> });
      assert.ok(reply.status === 401 || reply.status === 403);
      await reply.text();
    }
  });

  it('end at once for a key that is disabled', async () => {
    const { id, key } = (await world.admin('POST', '/api/keys', { name: 'ops', role: 'admin' })).body;
    const consumer = await listen({ authorization: `Bearer ${key}` });
    const other = await listen();
    await world.admin('PATCH', `/api/keys/${id}`, { enabled: false });
    await consumer.ended;
    await other.until(({ type, data }) => type === 'key' && data.enabled === false);
  });

  it('reach a hundred consumers', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => listen()));
    await world.admin('PATCH', `/api/accounts/${await accountId()}`, { name: 'work' });
    await Promise.all(all.map((consumer) => consumer.until(({ type, data }) => type === 'account' && data.name === 'work')));
  });
});

describe('consumers of a server that is told to stop', () => {
  it('are let go at once, the one that reads nothing as well', async () => {
    const world = await startWorld({ accounts: ['one'], config: { server: { drainTimeoutMs: 3_600_000 } } });
    const consumer = await listenTo(world.app.url, { authorization: `Bearer ${world.app.adminKey}` });
    const deaf = await notReading(new URL(world.app.url), world.app.adminKey);
    await Promise.all([world.app.stop({ graceful: true }), consumer.ended]);
    deaf.destroy();
    await world.simulator.close();
    await rm(world.dataFolder, { recursive: true });
  });
});

/** A consumer that asks and then reads nothing. */
async function notReading({ hostname, port }: URL, key: string): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port) }).pause();
  socket.on('error', () => undefined);
  socket.write(`GET /api/events HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\n\r\n`);
  return socket;
}

describe('a dashboard session that listens', () => {
  let world: AdminWorld;
  let server: Server;
  let url: string;
  beforeEach(async () => {
    world = await adminWorld();
    server = createServer(world.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await world.close();
  });

  it('is cut when it signs out', async () => {
    const headers = await world.signIn();
    const consumer = await listenTo(url, { cookie: String(headers['cookie']) });
    await world.call('POST', '/api/auth/logout', { headers });
    world.streams.recheck();
    await consumer.ended;
  });

  it('is cut when its time is over, and not before', async () => {
    const headers = await world.signIn();
    const consumer = await listenTo(url, { cookie: String(headers['cookie']) });
    await world.time.advance(12 * HOUR - 1);
    world.streams.beat();
    await world.time.advance(1);
    world.streams.beat();
    await consumer.ended;
    assert.equal(consumer.comments, 1);
  });

  it('is refused when two hundred listen already', async () => {
    for (let count = 0; count < 200; count += 1)
      world.streams.open(new ServerResponse(new IncomingMessage(new Socket())), undefined, () => true);
    const reply = await world.call('GET', '/api/events');
    assert.deepEqual([reply.status, reply.headers['retry-after']], [503, '10']);
    world.streams.close();
    assert.equal((await world.call('GET', '/api/events')).status, 503);
  });

  it('answers HEAD without beginning to listen', async () => {
    const reply = await fetch(`${url}/api/events`, {
      method: 'HEAD',
      headers: { cookie: String((await world.signIn())['cookie']) },
    });
    assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
    assert.equal(world.streams.size, 0);
  });
});

describe('a consumer that does not keep up', () => {
  let streams: EventStreams;
  let server: Server;
  let url: URL;
  let responses: ServerResponse[];
  beforeEach(async () => {
    responses = [];
    streams = new EventStreams({ now: Date.now, run: 'run', onError: (_type, error) => assert.ifError(error) });
    server = createServer((req, res) => {
      responses.push(res);
      streams.open(res, req.headers['last-event-id']?.toString(), () => true);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    streams.close();
    server.closeAllConnections();
    server.close();
  });

  const publish = (id: string) => streams.publish('config', () => ({ changed: [id, 'x'.repeat(20_000)], source: 'file' }));
  /** More than the buffers of any system between two sockets. */
  const flood = () => {
    for (let count = 0; count < 1500; count += 1) publish(String(count));
  };
  const connected = async (): Promise<ServerResponse> => {
    while (!responses[0]) await new Promise((resolve) => setImmediate(resolve));
    return responses[0];
  };

  it('costs no more memory than one event beyond its connection’s buffer', async () => {
    const socket = await notReading(url, '');
    const res = await connected();
    flood();
    assert.ok(res.writableLength < res.writableHighWaterMark + 32 * 1024, String(res.writableLength));
    socket.destroy();
  });

  it('is told to fetch everything, and then goes on with what is new', async () => {
    const socket = await notReading(url, '');
    await connected();
    flood();
    const consumer = { text: '' };
    const seen = Promise.withResolvers<void>();
    socket.on('data', (chunk: Buffer) => {
      consumer.text += chunk.toString('latin1');
      if (consumer.text.includes('"last"')) seen.resolve();
      else if (consumer.text.lastIndexOf('event: resync') > 1000 && !consumer.text.includes('"last"')) publish('last');
    });
    socket.resume();
    await seen.promise;
    assert.ok(consumer.text.lastIndexOf('event: resync') < consumer.text.lastIndexOf('"last"'));
    socket.destroy();
  });

  it('is cut when it has read nothing for three beats', async () => {
    const socket = await notReading(url, '');
    const res = await connected();
    flood();
    for (const beat of [1, 2]) {
      streams.beat();
      assert.equal(res.destroyed, false, `beat ${beat}`);
    }
    streams.beat();
    assert.equal(res.destroyed, true);
    socket.destroy();
  });

  it('does not hold up the others', async () => {
    const deaf = await notReading(url, '');
    await connected();
    const consumer = await listenTo(url.origin, {});
    await consumer.until(({ type }) => type === 'resync');
    // In portions that a reading consumer takes.
    for (let count = 0; count < 1500; count += 10) {
      for (let index = 0; index < 10; index += 1) publish(String(count + index));
      await consumer.until(({ type, data }) => type === 'config' && data.changed[0] === String(count + 9));
    }
    publish('last');
    await consumer.until(({ type, data }) => type === 'config' && data.changed[0] === 'last');
    await consumer.leave();
    deaf.destroy();
  });

  it('gets nothing more after the streams were closed', async () => {
    const consumer = await listenTo(url.origin, {});
    streams.close();
    await consumer.ended;
    assert.equal(streams.refusal, 'closed');
  });
});
