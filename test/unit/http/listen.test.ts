import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LISTEN_LIMITS, type Listening, type ListenOptions, listen } from '../../../src/http/listen.ts';
import { ownError } from '../../support/own-error.ts';
import { openRaw, rawRequest, sendRaw } from '../../support/raw-client.ts';

const HASTY = { ...LISTEN_LIMITS, headersTimeoutMs: 40, requestTimeoutMs: 80, checkEveryMs: 10 };

describe('the listening server', () => {
  let listening: Listening;
  let url: string;

  const start = async (app: RequestListener, over: Partial<ListenOptions> = {}) => {
    listening = await listen(app, { host: '127.0.0.1', port: 0, mayContinue: () => true, onRefused: () => undefined, ...over });
    url = `http://127.0.0.1:${(listening.server.address() as AddressInfo).port}`;
  };
  const answering: RequestListener = (req, res) => void req.resume().once('end', () => res.end('served'));

  afterEach(async () => {
    const closed = new Promise((resolve) => listening.server.close(resolve));
    listening.closeAll();
    await closed;
  });

  it('gives a head 15 s, a request 5 min, and looks every 5 s', async () => {
    await start(answering);
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount } = listening.server;
    assert.deepEqual([headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount], [15_000, 300_000, 75_000, 100]);
    assert.equal(LISTEN_LIMITS.checkEveryMs, 5000);
  });

  it('answers 408 to a head that does not come to its end', async () => {
    await start(answering, { limits: HASTY });
    const { status, headers } = ownError((await sendRaw(url, 'GET /v1/models HTTP/1.1\r\nhost: local')).text);
    assert.deepEqual([status, headers['connection'], headers['x-should-retry']], [408, 'close', 'true']);
  });

  it('answers 408 to a body that does not come to its end', async () => {
    await start(answering, { limits: HASTY });
    const slow = rawRequest('POST /v1/messages HTTP/1.1', ['host: localhost', 'content-length: 10'], 'half');
    assert.equal(ownError((await sendRaw(url, slow)).text).status, 408);
  });

  it('lets a reply take longer than its request might have', async () => {
    const late: RequestListener = (_req, res) => void setTimeout(() => res.end('late'), 3 * HASTY.requestTimeoutMs);
    await start(late, { limits: HASTY });
    const { text } = await sendRaw(url, 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    assert.match(text, /late/);
  });

  it('answers 431 to a head of more than 16 KB', async () => {
    await start(answering);
    const huge = rawRequest('GET / HTTP/1.1', ['host: localhost', `x-big: ${'x'.repeat(17_000)}`]);
    const { status, type, headers } = ownError((await sendRaw(url, huge)).text);
    assert.deepEqual([status, type, headers['x-should-retry']], [431, 'invalid_request_error', 'false']);
  });

  it('answers 431 to a target of more than 16 KB', async () => {
    await start(answering);
    assert.equal(ownError((await sendRaw(url, `GET /${'x'.repeat(17_000)} HTTP/1.1\r\n\r\n`)).text).status, 431);
  });

  it('answers 431 to more than 100 fields, and drops none silently', async () => {
    await start((req, res) => res.end(`fields ${req.rawHeaders.length / 2} ${Object.keys(req.headers).length}`));
    const fields = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}: 1`);
    const served = await sendRaw(url, rawRequest('GET / HTTP/1.1', [...fields(98), 'host: localhost', 'connection: close']));
    assert.match(served.text, /fields 100 100/);
    const refused = await sendRaw(url, rawRequest('GET / HTTP/1.1', [...fields(99), 'host: localhost', 'connection: close']));
    assert.equal(ownError(refused.text).status, 431);
  });

  it('answers 413 to endless chunk extensions', async () => {
    await start(answering);
    const head = rawRequest('POST / HTTP/1.1', ['host: localhost', 'transfer-encoding: chunked']);
    const { status, type } = ownError((await sendRaw(url, `${head}1;${'x'.repeat(20_000)}\r\n`)).text);
    assert.deepEqual([status, type], [413, 'request_too_large']);
  });

  it('cuts a refused client that never closes its end', async () => {
    await start(answering);
    const connection = await openRaw(url, { keepsOpen: true });
    connection.send('NONSENSE\r\n\r\n');
    await connection.until((text) => text.includes('invalid_request_error'));
    await new Promise((resolve) => listening.server.close(resolve));
  });

  it('writes nothing into a reply that has begun, when garbage follows the request', async () => {
    await start((_req, res) => void res.write('first part'));
    const connection = await openRaw(url);
    connection.send('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await connection.until((text) => text.includes('first part'));
    connection.send('NONSENSE\r\n\r\n');
    const { text } = await connection.closed;
    assert.match(text, /first part\r\n$/);
  });

  it('answers to garbage that follows a finished reply', async () => {
    await start(answering);
    const connection = await openRaw(url);
    connection.send('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await connection.until((text) => text.includes('served'));
    connection.send('NONSENSE\r\n\r\n');
    assert.match((await connection.closed).text, /served[\s\S]*HTTP\/1\.1 400 Bad Request/);
  });

  it('answers to CONNECT instead of just closing', async () => {
    await start(answering);
    assert.equal(ownError((await sendRaw(url, 'CONNECT evil:443 HTTP/1.1\r\nhost: evil\r\n\r\n')).text).status, 400);
  });

  for (const [what, fields] of [
    ['an offer to upgrade', ['connection: upgrade, close', 'upgrade: h2c']],
    ['an expectation that it does not know', ['expect: payment', 'connection: close']],
  ] as const) {
    it(`ignores ${what}`, async () => {
      await start(answering);
      const { text } = await sendRaw(url, rawRequest('GET / HTTP/1.1', ['host: localhost', ...fields]));
      assert.match(text, /^HTTP\/1\.1 200 OK[\s\S]*served/);
    });
  }

  const EXPECTING = ['host: localhost', 'content-length: 2', 'expect: 100-continue', 'connection: close'];

  it('asks for the body of a request that is going to be served', async () => {
    await start(answering);
    const connection = await openRaw(url);
    connection.send(rawRequest('POST / HTTP/1.1', EXPECTING));
    await connection.until((text) => text === 'HTTP/1.1 100 Continue\r\n\r\n');
    connection.send('{}');
    assert.match((await connection.closed).text, /200 OK[\s\S]*served/);
  });

  it('does not ask for the body of one that is going to be refused', async () => {
    await start((_req, res) => void res.writeHead(401, { connection: 'close' }).end(), { mayContinue: () => false });
    const { text } = await sendRaw(url, rawRequest('POST / HTTP/1.1', EXPECTING));
    assert.match(text, /^HTTP\/1\.1 401/);
  });
});
