import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { answerWithError, asGatewayError } from '../../../src/gateway/answer-with-error.ts';
import { GatewayError } from '../../../src/gateway/errors.ts';
import { type BodyBudget, createBodyBudget, type HeldBody } from '../../../src/gateway/read-body.ts';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';

const KB = 1024;

/** A server that reads each body within the bounds and answers with its length, or with the refusal. */
async function bodyServer(maxBodyBytes: number, maxBufferedBytes: number) {
  const budget: BodyBudget = createBodyBudget(() => ({ maxBodyBytes, maxBufferedBytes }));
  const held: HeldBody[] = [];
  const refusals: GatewayError[] = [];
  let changed = () => undefined as unknown;
  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    try {
      const body = await budget.read(req);
      held.push(body);
      res.end(String(body.byteLength));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      refusals.push(error);
      answerWithError(req, res, asGatewayError(error), 'hgr_test');
    }
    changed();
  };
  const server: Server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      changed = () => condition() && resolve();
      changed();
    });
  return { url: `http://127.0.0.1:${port}`, port, budget, held, refusals, until, server };
}

describe('request bodies', () => {
  let running: Awaited<ReturnType<typeof bodyServer>>;
  const sockets: Socket[] = [];

  /** A connection that the test writes to by hand. */
  async function dial(): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: running.port });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    running.server.closeAllConnections();
    await new Promise((resolve) => running.server.close(resolve));
  });

  it('are kept whole, whether their length is declared or they come in chunks', async () => {
    running = await bodyServer(KB, KB);
    const declared = await fetch(running.url, { method: 'POST', body: 'x'.repeat(500) });
    const lines = ['Host: a', 'Transfer-Encoding: chunked', 'Connection: close'];
    const chunked = await sendRaw(running.url, rawRequest('POST / HTTP/1.1', lines, '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'));
    assert.equal(await declared.text(), '500');
    assert.match(chunked.text, /\r\n\r\n5$/);
    assert.deepEqual(Buffer.concat([...(running.held[1]?.chunks ?? [])]).toString(), 'abcde');
  });

  it('are refused by their declared length before a byte of them is read, and the connection ends', async () => {
    running = await bodyServer(KB, 10 * KB);
    const { text } = await sendRaw(running.url, rawRequest('POST / HTTP/1.1', ['Host: a', 'Content-Length: 10000000000']));
    assert.match(text, /^HTTP\/1\.1 413 [\s\S]*connection: close\r\n[\s\S]*request_too_large/);
    assert.equal(running.budget.heldBytes, 0);
  });

  it('are refused by counting as soon as they are too large, and the connection ends', async () => {
    running = await bodyServer(KB, 10 * KB);
    const endless = `400\r\n${'x'.repeat(KB)}\r\n`.repeat(3);
    const { text } = await sendRaw(
      running.url,
      rawRequest('POST / HTTP/1.1', ['Host: a', 'Transfer-Encoding: chunked'], endless),
    );
    assert.match(text, /^HTTP\/1\.1 413 [\s\S]*connection: close\r\n/);
    assert.equal(running.budget.heldBytes, 0);
  });

  it('of exactly the largest size are served', async () => {
    running = await bodyServer(KB, 10 * KB);
    assert.equal(await (await fetch(running.url, { method: 'POST', body: 'x'.repeat(KB) })).text(), String(KB));
  });

  it('that would exceed the memory for all of them are refused with a time to come back', async () => {
    running = await bodyServer(KB, 1.5 * KB);
    await fetch(running.url, { method: 'POST', body: 'x'.repeat(KB) });
    const refused = await fetch(running.url, { method: 'POST', body: 'x'.repeat(KB) });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '2']);
    assert.equal(running.budget.heldBytes, KB);
  });

  it('count for what they declare while they are still coming', async () => {
    running = await bodyServer(KB, 1.5 * KB);
    (await dial()).write(rawRequest('POST / HTTP/1.1', ['Host: a', `Content-Length: ${KB}`], 'x'));
    while (running.budget.heldBytes === 0) await new Promise((resolve) => setImmediate(resolve));
    const refused = await fetch(running.url, { method: 'POST', body: 'x'.repeat(KB) });
    assert.equal(refused.status, 503);
  });

  it('in chunks count for what has come', async () => {
    running = await bodyServer(KB, 1.5 * KB);
    await fetch(running.url, { method: 'POST', body: 'x'.repeat(KB) });
    const lines = ['Host: a', 'Transfer-Encoding: chunked'];
    const { text } = await sendRaw(running.url, rawRequest('POST / HTTP/1.1', lines, `300\r\n${'x'.repeat(0x300)}\r\n`));
    assert.match(text, /^HTTP\/1\.1 503 /);
    assert.equal(running.budget.heldBytes, KB);
  });

  it('give their memory back once, however often it is given back', async () => {
    running = await bodyServer(KB, 10 * KB);
    await fetch(running.url, { method: 'POST', body: 'x'.repeat(100) });
    await fetch(running.url, { method: 'POST', body: 'x'.repeat(10) });
    running.held[0]?.release();
    running.held[0]?.release();
    assert.equal(running.budget.heldBytes, 10);
  });

  it('whose client leaves half-way are given up, and their memory with them', async () => {
    running = await bodyServer(KB, 10 * KB);
    const socket = await dial();
    socket.write(rawRequest('POST / HTTP/1.1', ['Host: a', 'Content-Length: 100'], 'half'));
    while (running.budget.heldBytes === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.resetAndDestroy();
    await running.until(() => running.refusals.length === 1);
    assert.deepEqual([running.refusals[0]?.status, running.budget.heldBytes], [400, 0]);
  });

  it('whose client left before anybody read them are given up at once', async () => {
    running = await bodyServer(KB, 10 * KB);
    const left = await new Promise<IncomingMessage>((resolve) => {
      const server = createServer((request) => {
        request.socket.once('close', () => setImmediate(() => resolve(request)));
        request.socket.destroy();
      });
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'xxxxx' }).catch(() => server.close());
      });
    });
    await assert.rejects(running.budget.read(left), GatewayError);
    assert.equal(running.budget.heldBytes, 0);
  });
});
