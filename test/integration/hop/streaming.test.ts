import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { cutInto } from '../../support/cuts.ts';
import { eventually } from '../../support/eventually.ts';
import { betweenSockets, closeAll, type HopWorld } from '../../support/hop-world.ts';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { chunk, event, LAST_CHUNK, reply, type SeenRequest, streamHead } from '../../support/scripted-upstream.ts';

const START = event('message_start', { type: 'message_start', message: { usage: { input_tokens: 7, output_tokens: 1 } } });
const DELTA = event('message_delta', { type: 'message_delta', usage: { output_tokens: 9 } });
const STOP = event('message_stop', { type: 'message_stop' });
const POST = rawRequest('POST /v1/messages HTTP/1.1', ['Host: headgate', 'Content-Length: 2'], '{}');
const MB = 1024 * 1024;

/** A client whose body is read by hand. */
function open(world: HopWorld): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request(`${world.url}/v1/messages`, { method: 'POST', agent: false }, resolve);
  asking.on('error', reject);
  asking.end('{}');
  return promise;
}

async function nextChunk(message: IncomingMessage): Promise<string> {
  const [bytes] = (await once(message, 'data')) as [Buffer];
  return bytes.toString();
}

describe('the hop: streams', () => {
  afterEach(closeAll);

  it('relays each event as it comes, pings and comments included', async () => {
    let upstreamSocket: Socket | undefined;
    const { world } = await betweenSockets((socket) => {
      upstreamSocket = socket;
      socket.write(streamHead());
      socket.write(chunk(START));
    });
    const message = await open(world);
    const seen = [await nextChunk(message)];
    for (const piece of [': comment\n\n', event('ping', {}), 'data: half', ' of an event\n\n']) {
      upstreamSocket?.write(chunk(piece));
      seen.push(await nextChunk(message));
    }
    message.destroy();
    assert.deepEqual(seen, [START, ': comment\n\n', event('ping', {}), 'data: half', ' of an event\n\n']);
  });

  it('reads the usage of a stream in passing', async () => {
    const { world } = await betweenSockets((socket) => {
      socket.write(Buffer.concat([streamHead(), chunk(START), chunk(DELTA), chunk(STOP), Buffer.from(LAST_CHUNK)]));
    });
    await (await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' })).text();
    await world.through(1);
    const [end] = world.ends;
    assert.equal(end?.kind, 'complete');
    assert.deepEqual(end?.usage, { inputTokens: 7, outputTokens: 9, cacheReadTokens: 0, cacheCreationTokens: 0 });
    assert.equal(end?.bytes, (START + DELTA + STOP).length);
  });

  /** What the client gets of a stream of these pieces that ends in order. */
  async function relayed(...pieces: readonly (string | Buffer)[]) {
    const { world } = await betweenSockets((socket) =>
      socket.write(Buffer.concat([streamHead(), ...pieces.map(chunk), Buffer.from(LAST_CHUNK)])),
    );
    const { text } = await sendRaw(world.url, POST, (soFar) => soFar.endsWith(LAST_CHUNK));
    return { text, kind: world.ends[0]?.kind };
  }

  it('cuts a message that ends in order without its last event', async () => {
    const { text, kind } = await relayed(START, DELTA);
    assert.ok(text.endsWith(`${DELTA}\r\n`), text);
    assert.equal(kind, 'cut');
  });

  for (const [what, last] of [
    ['its last event', STOP],
    ['an error', event('error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })],
    ['its last event, whose line has no end', 'data: {"type":"message_stop"}'],
  ] as const) {
    it(`ends a message in order that ends with ${what}, and adds nothing`, async () => {
      const { text, kind } = await relayed(START, last);
      assert.ok(text.endsWith(`${last}\r\n${LAST_CHUNK}`), text);
      assert.equal(kind, 'complete');
    });
  }

  it('passes on what comes behind the last event', async () => {
    const { text } = await relayed(START, STOP, event('ping', {}), STOP);
    assert.ok(text.endsWith(`${STOP}\r\n${LAST_CHUNK}`), text);
    assert.equal(text.split('event: ping').length, 2);
  });

  it('ends a stream in order that is no message', async () => {
    assert.equal((await relayed(event('progress', { done: 1 }))).kind, 'complete');
  });

  for (const [how, end] of [
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
    ['closes the connection', (socket: Socket) => socket.end()],
    ['garbles the framing', (socket: Socket) => socket.write('zz\r\n')],
  ] as const) {
    it(`cuts the client off without a last chunk and without a word when the upstream ${how} in mid-stream`, async () => {
      const { world } = await betweenSockets((socket) => {
        socket.write(Buffer.concat([streamHead(), chunk(START)]));
        setImmediate(end, socket);
      });
      const { text } = await sendRaw(world.url, POST);
      assert.ok(text.endsWith(`${START}\r\n`), text);
      assert.equal(world.ends[0]?.kind, 'cut');
    });
  }

  it('cuts the client off when a body of known length comes short', async () => {
    const { world } = await betweenSockets((socket) => socket.end(reply('200 OK', ['content-length: 100'], '{"half":')));
    const { text } = await sendRaw(world.url, POST);
    assert.match(text, /content-length: 100\r\n[\s\S]*\{"half":$/);
    assert.equal(world.ends[0]?.kind, 'cut');
  });

  it('cuts a stream that falls silent, and leaves the upstream', async () => {
    const { world, upstream } = await betweenSockets((socket) => socket.write(Buffer.concat([streamHead(), chunk(START)])), {
      timeouts: { streamIdleMs: 60 },
    });
    const { text } = await sendRaw(world.url, POST);
    await upstream.until(() => upstream.open.size === 0);
    assert.ok(text.endsWith(`${START}\r\n`));
    assert.equal(world.ends[0]?.kind, 'cut');
  });

  it('lets a stream live whose silences stay below the limit', async () => {
    const { world } = await betweenSockets(
      (socket) => {
        socket.write(Buffer.concat([streamHead(), chunk(START)]));
        let left = 6;
        const timer = setInterval(() => {
          left -= 1;
          socket.write(left > 0 ? chunk(': still here\n\n') : Buffer.concat([chunk(STOP), Buffer.from(LAST_CHUNK)]));
          if (left === 0) clearInterval(timer);
        }, 40);
      },
      { timeouts: { streamIdleMs: 150 } },
    );
    await sendRaw(world.url, POST, (soFar) => soFar.endsWith(LAST_CHUNK));
    assert.equal(world.ends[0]?.kind, 'complete');
  });

  it('ends the upstream request when the client leaves in mid-stream, and keeps the usage so far', async () => {
    const { world, upstream } = await betweenSockets((socket) => socket.write(Buffer.concat([streamHead(), chunk(START)])));
    const message = await open(world);
    await nextChunk(message);
    message.destroy();
    await upstream.until(() => upstream.open.size === 0);
    await world.through(1);
    assert.deepEqual([world.ends[0]?.kind, world.ends[0]?.usage?.inputTokens], ['client_gone', 7]);
  });

  it('serves a client of HTTP/1.0, which knows no chunks', async () => {
    const { world } = await betweenSockets((socket) =>
      socket.write(Buffer.concat([streamHead(), chunk(START + STOP), Buffer.from(LAST_CHUNK)])),
    );
    const { text } = await sendRaw(world.url, rawRequest('POST / HTTP/1.0', ['Content-Length: 2'], '{}'));
    assert.ok(text.endsWith(`\r\n\r\n${START}${STOP}`));
  });

  it('serves more streams at once than the library’s own agent would', async () => {
    const STREAMS = 300;
    const held: Socket[] = [];
    const { world, upstream } = await betweenSockets((socket) => {
      held.push(socket);
      socket.write(Buffer.concat([streamHead(), chunk(START)]));
    });
    const messages = await Promise.all(Array.from({ length: STREAMS }, () => open(world)));
    await Promise.all(messages.map(nextChunk));
    assert.equal(upstream.open.size, STREAMS);
    for (const socket of held) socket.write(Buffer.concat([chunk(STOP), Buffer.from(LAST_CHUNK)]));
    await world.through(STREAMS);
    assert.equal(world.ends.filter(({ kind }) => kind === 'complete').length, STREAMS);
  });
});

describe('the hop: clients that read slowly', () => {
  afterEach(closeAll);

  /** Answers with 64 MB as fast as they are taken, and counts what was taken. */
  function flood(): { script: (socket: Socket, request: SeenRequest) => void; taken: () => number; stopped: () => boolean } {
    let taken = 0;
    let isWaiting = false;
    const block = Buffer.alloc(MB, 0x20);
    return {
      taken: () => taken,
      stopped: () => isWaiting,
      script(socket) {
        socket.write(reply('200 OK', [`content-length: ${64 * MB}`, 'content-type: application/json']));
        const pour = () => {
          isWaiting = false;
          while (taken < 64 * MB) {
            taken += MB;
            if (!socket.write(block)) {
              isWaiting = true;
              socket.once('drain', pour);
              return;
            }
          }
        };
        pour();
      },
    };
  }

  /** Until the upstream is held up, and has been at ten looks in a row without giving any more. */
  async function untilStill({ taken, stopped }: ReturnType<typeof flood>): Promise<void> {
    let before = -1;
    let looks = 0;
    await eventually(() => {
      looks = stopped() && taken() === before ? looks + 1 : 0;
      before = taken();
      assert.ok(looks >= 10, `at ${before} bytes`);
    });
  }

  it('stops taking from the upstream what the client does not read', async () => {
    const source = flood();
    const { world } = await betweenSockets(source.script);
    const { hostname, port } = new URL(world.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(POST);
    await once(socket, 'readable');
    await untilStill(source);
    socket.destroy();
    assert.ok(source.taken() < 32 * MB, `${source.taken() / MB} MB`);
  });

  it('delivers every byte to a client that pauses and goes on', async () => {
    const source = flood();
    const { world } = await betweenSockets(source.script);
    const message = await open(world);
    message.pause();
    await untilStill(source);
    let bytes = 0;
    for await (const piece of message) bytes += (piece as Buffer).length;
    assert.equal(bytes, 64 * MB);
  });

  it('leaves a client that has stopped reading for too long', async () => {
    const { world, upstream } = await betweenSockets(
      (socket) => socket.write(reply('200 OK', ['content-type: application/json'], Buffer.alloc(16 * MB, 0x20))),
      { timeouts: { streamIdleMs: 200 } },
    );
    const { hostname, port } = new URL(world.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    socket.write(POST);
    await once(socket, 'readable');
    await world.through(1);
    await upstream.until(() => upstream.open.size === 0);
    socket.destroy();
    assert.equal(world.ends[0]?.kind, 'client_gone');
  });
});

describe('the hop: bytes', () => {
  afterEach(closeAll);

  it('changes no byte of a body, either way, however both are cut', async () => {
    let answer: { readonly body: Buffer; readonly cuts: readonly number[] } = { body: Buffer.alloc(0), cuts: [] };
    const { world, upstream } = await betweenSockets(
      (socket) => {
        socket.write(reply('200 OK', ['transfer-encoding: chunked']));
        for (const piece of cutInto(answer.body, answer.cuts)) socket.write(chunk(piece));
        socket.write(LAST_CHUNK);
      },
      { promisesJson: false },
    );
    const bytes = fc.uint8Array({ maxLength: 200_000, size: 'max' }).map((array) => Buffer.from(array));
    const cuts = fc.array(fc.nat(200_000), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(bytes, cuts, bytes, cuts, async (asked, askedCuts, body, bodyCuts) => {
        answer = { body, cuts: bodyCuts };
        const sent = upstream.seen.length;
        const received = await postInPieces(world.url, cutInto(asked, askedCuts));
        assert.ok(upstream.seen[sent]?.body.equals(asked));
        assert.ok(received.equals(body));
      }),
      { numRuns: 40 },
    );
  });

  it('replays the same bytes at every attempt', async () => {
    const { upstream, world } = await betweenSockets((socket) => socket.write(reply('503 Busy', [], 'x')), {
      handle: async (hop, ask, res) => {
        for (let attempt = 0; attempt < 4; attempt += 1) {
          const result = await hop.send(ask);
          if (result.kind === 'reply') result.reply.discard();
        }
        res.end();
      },
    });
    const body = Buffer.alloc(300_000, 'abc');
    await fetch(`${world.url}/`, { method: 'POST', body });
    assert.deepEqual(
      upstream.seen.map((seen) => seen.body.equals(body)),
      [true, true, true, true],
    );
  });
});

/** Sends a chunked body and resolves with the reply's. */
async function postInPieces(url: string, pieces: readonly Buffer[]): Promise<Buffer> {
  const asking = request(url, { method: 'POST', agent: false, headers: { 'transfer-encoding': 'chunked' } });
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
  for (const piece of pieces) asking.write(piece);
  asking.end();
  const [message] = await answered;
  const received: Buffer[] = [];
  for await (const piece of message) received.push(piece as Buffer);
  return Buffer.concat(received);
}

describe('the hop: many attempts', () => {
  const warnings: Error[] = [];
  const rejections: unknown[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  const onRejection = (reason: unknown) => rejections.push(reason);
  before(() => process.on('warning', onWarning).on('unhandledRejection', onRejection));
  after(() => process.off('warning', onWarning).off('unhandledRejection', onRejection));
  afterEach(closeAll);

  it('makes 50 of them for one request without a leak warning or a stray rejection, one pooled connection for all', async () => {
    const { upstream, world } = await betweenSockets((socket) => socket.write(reply('529 Overloaded', [], 'x'.repeat(1000))), {
      handle: async (hop, ask, res) => {
        for (let attempt = 0; attempt < 50; attempt += 1) {
          const result = await hop.send(ask);
          if (result.kind === 'reply') result.reply.discard();
        }
        res.end();
      },
    });
    await (await fetch(`${world.url}/`, { method: 'POST', body: '{}' })).text();
    assert.deepEqual([upstream.seen.length, upstream.connections], [50, 1]);
    assert.deepEqual([warnings, rejections], [[], []]);
  });

  it('survives every kind of failure without a stray rejection', async () => {
    let turn = 0;
    const ends = [
      (socket: Socket) => socket.resetAndDestroy(),
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\n'),
      (socket: Socket) => socket.end(Buffer.concat([streamHead(), chunk(START)])),
      (socket: Socket) => socket.write('garbage\r\n\r\n'),
      (socket: Socket) => socket.end(reply('200 OK', ['content-length: 9'], 'x')),
    ];
    const { world } = await betweenSockets((socket) => {
      ends[turn % ends.length]?.(socket);
      turn += 1;
    });
    for (let count = 0; count < 25; count += 1) await sendRaw(world.url, POST, (text) => text.includes('599'));
    await world.through(25);
    assert.deepEqual([warnings, rejections], [[], []]);
  });

  it('throws a large unwanted reply away together with its connection, a small one without', async () => {
    const { upstream, world } = await betweenSockets(
      (socket, { nth, connection }) =>
        socket.write(reply('500 Oops', [], 'x'.repeat(connection === 1 && nth === 2 ? 8 * MB : 100))),
      {
        handle: async (hop, ask, res) => {
          const result = await hop.send(ask);
          if (result.kind === 'reply') result.reply.discard();
          res.end();
        },
      },
    );
    for (let count = 0; count < 3; count += 1) {
      await new Promise((resolve) => get(world.url, { agent: false }, (message) => message.resume().once('end', resolve)));
      await upstream.until(() => upstream.seen.length === count + 1);
      if (count === 1) await upstream.until(() => upstream.open.size === 0);
    }
    assert.equal(upstream.connections, 2);
  });
});
