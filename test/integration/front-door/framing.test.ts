/** Requests that two servers on the way could read differently: refused whole, with an answer, and nothing of them reaches the upstream. */
import assert from 'node:assert/strict';
import { ownError } from '../../support/own-error.ts';
import { openRaw, rawRequest, readReply, sendRaw } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const BODY = JSON.stringify(aMessage);

describe('framing', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one'] });
  });
  after(() => world.stop());

  const withKey = (...lines: readonly string[]) => ['host: localhost', `authorization: Bearer ${world.key}`, ...lines];
  const count = () => world.simulator.books.api.length;

  /** Sends the bytes and expects a 400 of the usual shape, a closed connection, and an upstream that saw nothing. */
  async function isRefused(bytes: string, status = 400): Promise<void> {
    const before = count();
    const refused = ownError((await sendRaw(world.app.url, bytes)).text);
    assert.deepEqual(
      [refused.status, refused.type, refused.headers['connection'], refused.headers['x-should-retry']],
      [status, 'invalid_request_error', 'close', 'false'],
    );
    assert.equal(count(), before);
  }

  describe('of the target', () => {
    const bad = [
      '/v1/../api/keys',
      '/v1/./messages',
      '/v1/%2e%2E/messages',
      '/v1/.%2e/messages',
      '/v1/messages/..',
      '//evil.example/v1/messages',
      '/v1//messages',
      '/v1\\messages',
      '/v1/a%5Cb',
      '/v1/a%2Fb',
      '/v1/a%2f..%2fb',
      '/v1/%00',
      '/v1/%zz',
      '/v1/%f',
      '/v1/%ff',
      '/v1/%c0%ae%c0%ae/x',
      '/v1/messages?x=%',
      '/v1/messages#x',
      'http://localhost/v1/messages',
      'http://evil.example/v1/messages',
      'v1/messages',
      '*',
      'localhost:4000',
    ];
    for (const target of bad) {
      it(`refuses ${target}`, () => isRefused(rawRequest(`GET ${target} HTTP/1.1`, withKey())));
    }

    it('refuses letters beyond ASCII', () => isRefused(rawRequest('GET /v1/ä HTTP/1.1', withKey())));

    it('refuses it before it looks for a key, in every part of the tree', async () => {
      for (const path of ['/api/../v1/x', '/ui/%2e%2e/x', '/healthz/..', '/oauth//callback'])
        await isRefused(rawRequest(`GET ${path} HTTP/1.1`, ['host: localhost']));
    });

    it('forwards what is odd but clear byte for byte', async () => {
      const target = '/v1/messages?beta=true&x=%20y&x[__proto__]=1&;&%23';
      const text = await sendRaw(
        world.app.url,
        rawRequest(`POST ${target} HTTP/1.1`, withKey(`content-length: ${BODY.length}`, 'connection: close'), BODY),
      );
      assert.equal(text.status, 200);
      assert.equal(world.simulator.books.api.at(-1)?.target, target);
    });
  });

  describe('of the body', () => {
    const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
    const smuggled = 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const cases: readonly (readonly [string, readonly string[], string])[] = [
      ['both a length and an encoding', ['content-length: 4', 'transfer-encoding: chunked'], `0\r\n\r\n${smuggled}`],
      ['the same the other way round', ['transfer-encoding: chunked', 'content-length: 4'], `0\r\n\r\n${smuggled}`],
      ['two lengths that differ', ['content-length: 2', 'content-length: 3'], `{}${smuggled}`],
      ['two lengths that agree', ['content-length: 2', 'content-length: 2'], '{}'],
      ['a list of lengths', ['content-length: 2, 2'], '{}'],
      ['a signed length', ['content-length: +2'], '{}'],
      ['a negative length', ['content-length: -1'], '{}'],
      ['a length in hexadecimal', ['content-length: 0x2'], '{}'],
      ['a length without end', ['content-length: 99999999999999999999999'], '{}'],
      ['two encodings', ['transfer-encoding: cow', 'transfer-encoding: chunked'], chunked],
      ['chunked twice', ['transfer-encoding: chunked', 'transfer-encoding: chunked'], chunked],
      ['an encoding before chunked', ['transfer-encoding: gzip, chunked'], chunked],
      ['an encoding after chunked', ['transfer-encoding: chunked, cow'], chunked],
      ['no encoding at all by name', ['transfer-encoding: identity'], chunked],
      ['an encoding of its own', ['transfer-encoding: xchunked'], chunked],
      ['a chunk of no size', ['transfer-encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
      ['a chunk of negative size', ['transfer-encoding: chunked'], '-1\r\n{}\r\n0\r\n\r\n'],
      ['a chunk without its end', ['transfer-encoding: chunked'], '2\r\n{}xx0\r\n\r\n'],
    ];
    for (const [what, lines, body] of cases) {
      it(`refuses ${what}`, () => isRefused(rawRequest('POST /v1/messages HTTP/1.1', withKey(...lines), body)));
    }

    it('refuses an encoding in HTTP/1.0, which does not know it', () =>
      isRefused(rawRequest('POST /v1/messages HTTP/1.0', withKey('transfer-encoding: chunked'), chunked)));

    it('takes chunked by itself', async () => {
      const lines = withKey('transfer-encoding: Chunked', 'connection: close');
      assert.equal((await sendRaw(world.app.url, rawRequest('POST /v1/messages HTTP/1.1', lines, chunked))).status, 200);
    });

    it('never reads a second request out of the body of a refused one', async () => {
      const before = world.log().length;
      const lines = withKey('transfer-encoding: cow', 'transfer-encoding: chunked');
      const { text } = await sendRaw(world.app.url, rawRequest('POST /v1/messages HTTP/1.1', lines, `0\r\n\r\n${smuggled}`));
      assert.equal(text.match(/HTTP\/1\.1 \d{3}/g)?.length, 1);
      assert.equal(world.log().slice(before).match(/\n/g)?.length, 1, 'a line for the refusal, and none behind it');
    });
  });

  describe('of the fields', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a folded field', 'x-a: b\r\n c'],
      ['a folded length', 'content-length:\r\n 2'],
      ['a space before the colon', 'x-a : b'],
      ['a field without a name', ': b'],
      ['a field without a colon', 'x-a'],
      ['a zero byte', 'x-a: b\0c'],
      ['a bare carriage return', 'x-a: b\rc'],
      ['a bare line feed', 'x-a: b\nx-b: c'],
    ];
    for (const [what, line] of cases) {
      it(`refuses ${what}`, () => isRefused(rawRequest('GET /v1/models HTTP/1.1', withKey(line))));
    }

    for (const name of [
      'Transfer_Encoding',
      'Content_Length',
      'Content_Type',
      'X_Api_Key',
      'x-api_key',
      'X_Forwarded_For',
      'X-Forwarded_For',
      'Proxy_Authorization',
      'X_Real_IP',
      'X_Headgate_Account',
      'Keep_Alive',
    ]) {
      it(`refuses ${name}, which some servers read as another name`, () =>
        isRefused(rawRequest('GET /v1/models HTTP/1.1', withKey(`${name}: 1`))));
    }

    it('passes a name with an underscore that stands for nothing else', async () => {
      const lines = withKey('my_header: 1', '__proto__: 2', 'constructor: 3', 'connection: close');
      assert.equal((await sendRaw(world.app.url, rawRequest('GET /v1/models HTTP/1.1', lines))).status, 200);
    });

    it('is not led by fields that name another target or method', async () => {
      const lines = withKey(
        'x-original-url: /api/keys',
        'x-rewrite-url: /api/keys',
        'x-http-method-override: DELETE',
        'connection: close',
      );
      const { text } = await sendRaw(world.app.url, rawRequest('GET /v1/models HTTP/1.1', lines));
      assert.match(readReply(text).body, /"data"/);
    });
  });

  describe('of the request line', () => {
    for (const [what, line] of [
      ['no version', 'GET /healthz'],
      ['HTTP/2.0 in words', 'GET /v1/models HTTP/2.0'],
      ['HTTP/1.2', 'GET /v1/models HTTP/1.2'],
      ['a method in lower case', 'get /v1/models HTTP/1.1'],
      ['TRACE', 'TRACE /v1/models HTTP/1.1'],
      ['CONNECT', 'CONNECT localhost:443 HTTP/1.1'],
      ['no method at all', '/v1/models HTTP/1.1'],
    ] as const) {
      it(`refuses ${what}`, () => isRefused(rawRequest(line, withKey())));
    }

    it('refuses a head of more than 16 KB with 431', () =>
      isRefused(rawRequest('GET /v1/models HTTP/1.1', withKey(`x-big: ${'x'.repeat(17_000)}`)), 431));

    it('refuses more than 100 fields with 431', () =>
      isRefused(rawRequest('GET /v1/models HTTP/1.1', withKey(...Array.from({ length: 100 }, (_, n) => `x-${n}: 1`))), 431));

    it('serves HTTP/1.0 and closes', async () => {
      const lines = withKey(`content-length: ${BODY.length}`);
      const { text } = await sendRaw(world.app.url, rawRequest('POST /v1/messages HTTP/1.0', lines, BODY));
      const { status, headers } = readReply(text);
      assert.deepEqual([status, headers['connection']], [200, 'close']);
    });
  });

  it('answers pipelined requests in their order', async () => {
    const ask = (model: string) => {
      const body = JSON.stringify({ ...aMessage, model });
      return rawRequest('POST /v1/messages HTTP/1.1', withKey(`content-length: ${body.length}`), body);
    };
    const connection = await openRaw(world.app.url);
    world.simulator.fault('one', { action: { kind: 'delay', ms: 60 } });
    connection.send(ask('claude-opus-5-5') + ask('claude-haiku-4-5'));
    const text = await connection.until((soFar) => (soFar.match(/"model":"/g)?.length ?? 0) === 2);
    assert.deepEqual(text.match(/"model":"[^"]+"/g), ['"model":"claude-opus-5-5"', '"model":"claude-haiku-4-5"']);
    connection.end();
  });

  it('writes nothing of its own into a stream when garbage follows the request', async () => {
    const body = JSON.stringify({ ...aMessage, stream: true });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const connection = await openRaw(world.app.url);
    connection.send(rawRequest('POST /v1/messages HTTP/1.1', withKey(`content-length: ${body.length}`), body));
    await connection.until((text) => text.includes('event: message_start'));
    connection.send('NONSENSE\r\n\r\n');
    const { text } = await connection.closed;
    assert.doesNotMatch(text, /invalid_request_error|\r\n0\r\n\r\n/);
  });
});
