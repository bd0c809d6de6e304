/** Requests that are legal and odd: each reaches the upstream once and well-framed, or is refused in the usual shape. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownError } from '../../support/own-error.ts';
import { openRaw, type RawReply, rawRequest, readReply, sendRaw } from '../../support/raw-client.ts';
import type { SeenRequest } from '../../support/scripted-upstream.ts';
import { type ScriptedWorld, scriptedWorld } from '../../support/scripted-world.ts';
import { aMessage } from '../../support/start-app.ts';

describe('an odd request', () => {
  let scripted: ScriptedWorld;
  before(async () => {
    scripted = await scriptedWorld();
  });
  after(() => scripted.stop());

  const send = (line: string, lines: readonly string[] = [], body = ''): Promise<RawReply> => {
    const own = ['host: localhost', `x-api-key: ${scripted.world.key}`, 'connection: close'];
    return sendRaw(scripted.world.app.url, rawRequest(line, [...own, ...lines], body));
  };
  /** The one request that the upstream saw of it. */
  async function seenOf(line: string, lines: readonly string[] = [], body = ''): Promise<SeenRequest> {
    const { seen } = scripted.upstream;
    const before = seen.length;
    const { text, status } = await send(line, lines, body);
    assert.equal(status, 200, text);
    assert.equal(seen.length, before + 1, text);
    return seen[before] as SeenRequest;
  }
  const untouched = async (ask: () => Promise<unknown>): Promise<void> => {
    const before = scripted.upstream.seen.length;
    await ask();
    assert.equal(scripted.upstream.seen.length, before);
  };

  describe('with a body', () => {
    const withTrailers = (...trailers: readonly string[]) =>
      ['POST /v1/messages HTTP/1.1', ['transfer-encoding: chunked'], `2\r\n{}\r\n0\r\n${trailers.join('\r\n')}\r\n\r\n`] as const;

    it('keeps its trailers to itself, whatever they are called', async () => {
      const request = await seenOf(...withTrailers('authorization: Bearer smuggled', 'x-api-key: smuggled', 'x-note: smuggled'));
      assert.deepEqual([request.all('content-length'), request.body.toString()], [['2'], '{}']);
      assert.doesNotMatch(JSON.stringify(request.headers), /smuggled/);
    });

    it('is refused with a length among its trailers', () =>
      untouched(async () => assert.equal(ownError((await send(...withTrailers('content-length: 99'))).text).status, 400)));

    it('has a length upstream where it is a GET, and where it is an empty POST', async () => {
      const get = await seenOf('GET /v1/models/x HTTP/1.1', ['content-length: 2'], '{}');
      assert.deepEqual([get.all('content-length'), get.body.toString()], [['2'], '{}']);
      const post = await seenOf('POST /v1/messages HTTP/1.1');
      assert.deepEqual([post.all('content-length'), post.all('transfer-encoding')], [['0'], []]);
      const bare = await seenOf('GET /v1/models/x HTTP/1.1');
      assert.deepEqual([bare.all('content-length'), bare.all('transfer-encoding')], [[], []]);
    });

    for (const type of [null, 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x']) {
      it(`of type ${type} is the upstream’s to judge`, async () => {
        const lines = [...(type === null ? [] : [`content-type: ${type}`]), 'content-length: 4'];
        const request = await seenOf('POST /v1/messages HTTP/1.1', lines, 'what');
        assert.deepEqual([request.all('content-type'), request.body.toString()], [type === null ? [] : [type], 'what']);
      });
    }

    it('that is compressed is never unpacked here', async () => {
      const body = '\x1f\x08pretend';
      const request = await seenOf(
        'POST /v1/messages HTTP/1.1',
        ['content-encoding: gzip', `content-length: ${body.length}`],
        body,
      );
      assert.deepEqual([request.all('content-encoding'), request.body.length], [['gzip'], body.length]);
    });

    for (const [what, body] of [
      ['nested a million deep', `${'['.repeat(1_000_000)}`],
      ['with a million members', `{"a":[${'1,'.repeat(1_000_000)}1]}`],
      ['with a key of five megabytes', `{"${'k'.repeat(5_000_000)}":1}`],
      ['that names the prototype', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
      ['with half of a character', '{"model":"\\ud800","messages":[]}'],
    ] as const) {
      it(`${what} passes byte for byte, and nothing falls over`, async () => {
        const request = await seenOf('POST /v1/messages HTTP/1.1', [`content-length: ${body.length}`], body);
        assert.ok(request.body.equals(Buffer.from(body)));
        assert.equal(({} as { polluted?: boolean }).polluted, undefined);
      });
    }
  });

  describe('for the administration', () => {
    const admin = (line: string, body = '', lines: readonly string[] = []) => {
      const { app } = scripted.world;
      const own = ['host: localhost', `authorization: Bearer ${app.adminKey}`, 'connection: close'];
      const framing = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`];
      return sendRaw(app.url, rawRequest(line, [...own, ...framing, ...lines], body));
    };

    for (const [what, body, status] of [
      ['nested a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000), 400],
      ['with objects as deep', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`, 400],
      ['with a hundred thousand members', `[${'1,'.repeat(100_000)}1]`, 400],
      ['with a key of 200 KB', `{"${'k'.repeat(200_000)}":1}`, 400],
      ['with a key of five megabytes', `{"${'k'.repeat(5_000_000)}":1}`, 413],
      ['that names the prototype', '{"name":"x","__proto__":{"role":"admin"}}', 400],
      ['that names the constructor', '{"name":"x","constructor":{"prototype":{"role":"admin"}}}', 400],
    ] as const) {
      it(`a body ${what} is refused, and nothing falls over`, async () => {
        const { text } = await admin('POST /api/keys HTTP/1.1', body);
        const { status: answered, body: said } = readReply(text);
        assert.equal(answered, status);
        assert.ok(said.length < 10_000 && said.includes('"type":"error"'));
        assert.equal(({} as { role?: string }).role, undefined);
      });
    }

    for (const query of ['limit[__proto__]=1', '__proto__=1', 'constructor=1', 'limit=1&limit=2', 'limit[]=1']) {
      it(`a query of ${query} is refused`, async () => {
        assert.equal((await admin(`GET /api/keys?${query} HTTP/1.1`)).status, 400);
      });
    }

    for (const method of ['PROPFIND', 'SEARCH', 'PURGE', 'OPTIONS']) {
      it(`the method ${method} is none that a path takes`, async () => {
        const { status, headers } = readReply((await admin(`${method} /api/keys HTTP/1.1`)).text);
        assert.deepEqual([status, headers['allow']], [405, 'GET, POST']);
      });
    }

    it('is not let in by what proxies, probes and overrides call themselves', async () => {
      const { app } = scripted.world;
      for (const lines of [
        ['user-agent: kube-probe/1.30'],
        ['user-agent: GoogleHC/1.0'],
        ['x-original-uri: /healthz', 'x-original-url: /healthz', 'x-rewrite-url: /healthz', 'x-forwarded-uri: /healthz'],
        ['x-http-method-override: GET', 'x-method-override: GET'],
        ['x-forwarded-for: 127.0.0.1', 'x-real-ip: 127.0.0.1', 'forwarded: for=127.0.0.1', 'x-client-ip: 127.0.0.1'],
        ['x-forwarded-user: admin', 'x-remote-user: admin', 'x-webauth-user: admin', 'remote-user: admin'],
        ['x-headgate-csrf: 1', 'origin: http://localhost'],
      ]) {
        const reply = await sendRaw(
          app.url,
          rawRequest('GET /api/accounts HTTP/1.1', ['host: localhost', 'connection: close', ...lines]),
        );
        assert.equal(reply.status, 401, lines.join());
      }
    });
  });

  describe('that asks for more than a reply', () => {
    for (const [what, lines] of [
      ['a web socket', ['upgrade: websocket', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version: 13']],
      ['HTTP/2', ['upgrade: h2c', 'http2-settings: AAMAAABkAAQCAAAAAAIAAAAA']],
    ] as const) {
      it(`for ${what} is served as if it had not, and the upstream is not asked for it`, async () => {
        const before = scripted.upstream.seen.length;
        const connection = await openRaw(scripted.world.app.url);
        const own = ['host: localhost', `x-api-key: ${scripted.world.key}`, 'connection: upgrade, http2-settings'];
        connection.send(rawRequest('GET /v1/models/x HTTP/1.1', [...own, ...lines]));
        const text = await connection.until((soFar) => soFar.includes('"msg"'));
        connection.end();
        assert.match(text, /^HTTP\/1\.1 200 /);
        const request = scripted.upstream.seen[before];
        assert.deepEqual([request?.all('upgrade'), request?.all('http2-settings')], [[], []]);
      });
    }

    it('for a tunnel gets none, and its connection is closed', () =>
      untouched(async () => assert.equal(ownError((await send('CONNECT api.anthropic.com:443 HTTP/1.1')).text).status, 400)));

    it('with a method of a megabyte is refused', () =>
      untouched(async () => {
        const { text } = await send(`${'A'.repeat(1024 * 1024)} /v1/messages HTTP/1.1`);
        assert.ok([400, 431].includes(ownError(text).status), text);
      }));
  });

  it('with 8 KB of query in every spelling is passed on byte for byte', async () => {
    const parts = ['a=1&a=2', 'x[__proto__]=1', ';', '%23', '%0d%0aSet-Cookie:%20a', '%00', '&&', '=', '../..', '?', '//', '\\'];
    const target = `/v1/messages?${parts.join('&')}&${'y=1&'.repeat(2000)}`;
    const request = await seenOf(`POST ${target} HTTP/1.1`, [`content-length: 2`], '{}');
    assert.equal(request.target, target);
  });

  describe('that names where it wants to go', () => {
    it('goes to the configured upstream with the chosen account all the same', async () => {
      const elsewhere = 'http://127.0.0.1:9/v1';
      const body = JSON.stringify({
        ...aMessage,
        api_base: elsewhere,
        base_url: elsewhere,
        account: 'two',
        account_id: 'acc_two',
        api_key: 'sk-ant-mine',
      });
      const lines = [
        'x-headgate-account: two',
        'x-headgate-base-url: http://127.0.0.1:9',
        'x-api-base: http://127.0.0.1:9',
        'x-target-host: 127.0.0.1:9',
        'x-forwarded-host: 127.0.0.1:9',
        `content-length: ${body.length}`,
      ];
      const request = await seenOf(`POST /v1/messages?account=two&base_url=${elsewhere} HTTP/1.1`, lines, body);
      assert.deepEqual(request.all('x-api-key'), ['sk-ant-made-up-key']);
      assert.deepEqual(request.all('host'), [new URL(scripted.upstream.url).host]);
      assert.deepEqual([request.all('x-headgate-account'), request.all('x-forwarded-host')], [[], []]);
    });

    it('has none of the addresses in its body fetched', async () => {
      let fetched = 0;
      const lure = createServer((_req, res) => {
        fetched += 1;
        res.end();
      });
      lure.on('connection', () => (fetched += 1));
      await new Promise<void>((resolve) => lure.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(lure.address() as AddressInfo).port}/x`;
      const image = { type: 'image', source: { type: 'url', url } };
      const body = JSON.stringify({
        ...aMessage,
        messages: [{ role: 'user', content: [image, { type: 'document', source: { type: 'url', url } }] }],
        mcp_servers: [{ type: 'url', url, name: 'x' }],
        webhook: url,
      });
      const request = await seenOf('POST /v1/messages HTTP/1.1', [`content-length: ${body.length}`], body);
      assert.equal(request.body.toString(), body);
      assert.equal(fetched, 0);
      await new Promise((resolve) => lure.close(resolve));
    });
  });
});
