import assert from 'node:assert/strict';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { HopResult } from '../../../src/gateway/hop.ts';
import { betweenSockets, closeAll, type HopWorld, hopWorld } from '../../support/hop-world.ts';
import { openRaw, rawRequest } from '../../support/raw-client.ts';
import { jsonReply, streamHead } from '../../support/scripted-upstream.ts';

const ok = jsonReply('200 OK', { id: 'msg' });
const post = (world: HopWorld, body = '{}'): Promise<Response> => fetch(`${world.url}/v1/messages`, { method: 'POST', body });
const kinds = (results: readonly HopResult[]): readonly string[] => results.map(({ kind }) => kind);

/** Ends of attempts against an address where nobody listens as scripted. */
async function kindAt(baseUrl: string, timeouts = {}): Promise<string | undefined> {
  const world = await hopWorld({ baseUrl, timeouts });
  await post(world);
  await world.close();
  return kinds(world.results)[0];
}

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the hop: attempts without a reply', () => {
  afterEach(closeAll);

  it('sent nothing when the connection is refused', async () => {
    assert.equal(await kindAt(`http://127.0.0.1:${await deadPort()}`), 'not_sent');
  });

  it('sent nothing when the name does not resolve', async () => {
    assert.equal(await kindAt('http://no-such-host.invalid'), 'not_sent');
  });

  it('sent nothing when the far end does not speak TLS', async () => {
    const plain = createTcpServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    assert.equal(await kindAt(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`), 'not_sent');
    plain.close();
  });

  it('sent nothing when the TLS handshake outlasts the time for connecting', async () => {
    const { upstream } = await betweenSockets(() => undefined);
    assert.equal(await kindAt(upstream.url.replace('http:', 'https:'), { connectMs: 50 }), 'not_sent');
  });

  it('knows a reused connection that breaks before any reply byte as outdated', async () => {
    const { world } = await betweenSockets((socket, { nth }) => (nth === 1 ? socket.write(ok) : socket.resetAndDestroy()));
    await post(world);
    await post(world);
    assert.deepEqual(kinds(world.results), ['reply', 'stale_socket']);
  });

  it('meets no other outdated connection after the first one', async () => {
    const held: (() => void)[] = [];
    const { world, upstream } = await betweenSockets((socket, { nth }) => {
      if (nth > 1) return void socket.resetAndDestroy();
      held.push(() => socket.write(ok));
    });
    const first = [post(world), post(world), post(world)];
    await upstream.until(() => upstream.seen.length === 3);
    for (const answer of held.splice(0)) answer();
    await Promise.all(first);
    await post(world);
    const fresh = post(world);
    await upstream.until(() => held.length === 1);
    held[0]?.();
    await fresh;
    assert.deepEqual(kinds(world.results).slice(3), ['stale_socket', 'reply']);
  });

  it('does not know what the upstream did when a fresh connection is reset', async () => {
    const { world } = await betweenSockets((socket) => socket.resetAndDestroy());
    await post(world);
    assert.deepEqual(kinds(world.results), ['broken']);
  });

  it('does not know what the upstream did when it closes in the middle of the head', async () => {
    const { world } = await betweenSockets((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-'));
    await post(world);
    assert.deepEqual(kinds(world.results), ['broken']);
  });

  for (const [what, bytes] of [
    ['a garbled status line', 'HTTP/9.9 garbage\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['two equal lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nab'],
    ['a length beside chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n'],
    ['a first chunk of no size', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['ten thousand fields', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`],
    ['a head of a megabyte', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1024 * 1024)}\r\n\r\n`],
    ['a status below 200 that ends nothing', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ] as const) {
    it(`takes ${what} for a broken reply`, async () => {
      const { world } = await betweenSockets((socket) => socket.write(bytes));
      await post(world);
      assert.deepEqual(kinds(world.results), ['broken']);
    });

    it(`does not use the connection of ${what} again`, async () => {
      const { world, upstream } = await betweenSockets((socket, { connection }) => socket.write(connection === 1 ? bytes : ok));
      for (let request = 0; request < 2; request += 1) await post(world);
      assert.deepEqual(kinds(world.results), ['broken', 'reply']);
      assert.equal(upstream.connections, 2);
    });
  }

  it('does not read a body where there can be none, and does not use that connection again', async () => {
    const { world, upstream } = await betweenSockets((socket, { connection }) =>
      socket.write(connection === 1 ? 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nab' : ok),
    );
    const first = await post(world);
    assert.deepEqual([first.status, await first.text()], [204, '']);
    assert.equal((await post(world)).status, 200);
    assert.equal(upstream.connections, 2);
  });

  it('does not take a garbled reply on a reused connection for an outdated one: the upstream has seen the request', async () => {
    const { world } = await betweenSockets(
      (socket, { nth }) => void socket.write(nth === 1 ? ok : 'HTTP/1.1 2x0 garbage\r\n\r\n'),
    );
    await post(world);
    await post(world);
    assert.deepEqual(kinds(world.results), ['reply', 'broken']);
  });

  it('stops waiting for a head that does not come, and leaves the connection', async () => {
    const { world, upstream } = await betweenSockets(() => undefined, { timeouts: { responseMs: 60 } });
    await post(world);
    await upstream.until(() => upstream.open.size === 0);
    assert.deepEqual(kinds(world.results), ['no_reply_in_time']);
  });

  it('counts the upload into the time for the head', async () => {
    const { world, upstream } = await betweenSockets(() => undefined, {
      timeouts: { responseMs: 60 },
      onHead: () => true,
    });
    await post(world, 'x'.repeat(16 * 1024 * 1024));
    await upstream.until(() => upstream.connections === 1);
    assert.deepEqual(kinds(world.results), ['no_reply_in_time']);
  });

  it('is content with an early reply to an upload that nobody reads on', async () => {
    const { world } = await betweenSockets(() => undefined, {
      onHead: (_head, socket) =>
        socket.write(jsonReply('429 Too Many Requests', { error: { type: 'rate_limit_error', message: 'no' } })),
    });
    const answer = await post(world, 'x'.repeat(500 * 1024));
    assert.equal(answer.status, 429);
    assert.match(await answer.text(), /rate_limit_error/);
  });

  it('does not use a connection again whose upload was cut short by an early reply', async () => {
    const unread: Socket[] = [];
    const { world, upstream } = await betweenSockets((socket) => socket.write(ok), {
      onHead: (head, socket) => {
        if (!head.includes('content-length: 8388608')) return false;
        unread.push(socket);
        return socket.write(jsonReply('429 Too Many Requests', {}));
      },
    });
    await (await post(world, 'x'.repeat(8 * 1024 * 1024))).text();
    unread[0]?.resume();
    await upstream.until(() => upstream.open.size === 0);
    await post(world);
    assert.equal(upstream.connections, 2);
  });
});

describe('the hop: a client that leaves', () => {
  afterEach(closeAll);

  /** Leaves once the upstream has the request, or once `when` is true of the reply so far. */
  async function leave(world: HopWorld, ready: Promise<void>): Promise<void> {
    const controller = new AbortController();
    const asked = fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}', signal: controller.signal }).then((reply) =>
      reply.text(),
    );
    asked.catch(() => undefined);
    await ready;
    controller.abort();
    await assert.rejects(asked);
  }

  it('ends the upstream request while the head is awaited', async () => {
    const { world, upstream } = await betweenSockets(() => undefined);
    await leave(
      world,
      upstream.until(() => upstream.seen.length === 1),
    );
    await upstream.until(() => upstream.open.size === 0);
    await world.through(1);
    assert.deepEqual(kinds(world.results), ['client_gone']);
  });

  it('ends the upstream request while a first event is awaited', async () => {
    const { world, upstream } = await betweenSockets((socket) => socket.write(streamHead()));
    await leave(
      world,
      upstream.until(() => upstream.seen.length === 1),
    );
    await upstream.until(() => upstream.open.size === 0);
    await world.through(1);
    assert.deepEqual(kinds(world.results), ['client_gone']);
  });

  it('takes a client that closes its sending half for one that has left: nothing tells the two apart', async () => {
    const { upstream, world } = await betweenSockets(() => undefined);
    const connection = await openRaw(world.url);
    connection.send(rawRequest('POST /v1/messages HTTP/1.1', ['Host: headgate', 'Content-Length: 2'], '{}'));
    await upstream.until(() => upstream.seen.length === 1);
    connection.end();
    await upstream.until(() => upstream.open.size === 0);
    await world.through(1);
    assert.deepEqual(kinds(world.results), ['client_gone']);
  });

  it('sends nothing for a client that has left before', async () => {
    const { world, upstream } = await betweenSockets((socket) => socket.write(ok), {
      handle: async (hop, request, res) => {
        await hop.send({ ...request, clientGone: AbortSignal.abort() });
        res.end();
      },
    });
    await post(world);
    assert.deepEqual([kinds(world.results), upstream.connections], [['client_gone'], 0]);
  });
});
