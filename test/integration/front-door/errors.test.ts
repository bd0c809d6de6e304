/** Every error that Headgate itself answers with on `/v1`, byte for byte as a client's socket sees it. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { manualTime } from '../../support/manual-time.ts';
import { type OwnError, ownError } from '../../support/own-error.ts';
import { openRaw, rawRequest, readReply, sendRaw } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

const BODY = JSON.stringify(aMessage);

describe('an error on /v1', () => {
  let world: World;
  afterEach(() => world.stop());
  const start = async (options: WorldOptions = {}) => {
    world = await startWorld(options);
  };

  const post = (lines: readonly string[], body = BODY, path = '/v1/messages') =>
    rawRequest(
      `POST ${path} HTTP/1.1`,
      ['host: localhost', `content-length: ${body.length}`, 'connection: close', ...lines],
      body,
    );
  const withKey = () => [`x-api-key: ${world.key}`];
  const refused = async (bytes: string): Promise<OwnError> => ownError((await sendRaw(world.app.url, bytes)).text);
  /** What a request with a good key is refused with. */
  const ask = (body = BODY, path = '/v1/messages') => refused(post(withKey(), body, path));
  const summary = ({ status, type, headers }: OwnError) => [status, type, headers['x-should-retry'], headers['retry-after']];

  it('400: a malformed target', async () => {
    await start();
    assert.deepEqual(summary(await ask(BODY, '/v1//messages')), [400, 'invalid_request_error', 'false', undefined]);
  });

  it('401: no key and an unknown one, alike but for the ids', async () => {
    await start();
    const [missing, unknown] = [await refused(post([])), await refused(post(['x-api-key: hg_unknown']))];
    assert.deepEqual(summary(missing), [401, 'authentication_error', 'false', undefined]);
    const names = ({ headers }: OwnError) => Object.keys(headers);
    assert.deepEqual([summary(unknown), unknown.message, names(unknown)], [summary(missing), missing.message, names(missing)]);
  });

  it('401: a key in the query is no key', async () => {
    await start();
    for (const name of ['api_key', 'x-api-key', 'key', 'access_token'])
      assert.equal((await refused(post([], BODY, `/v1/messages?${name}=${world.key}`))).status, 401, name);
  });

  it('401: a key that is sent twice is no key', async () => {
    await start();
    assert.equal((await refused(post([...withKey(), ...withKey()]))).status, 401);
  });

  it('401: a revoked key', async () => {
    await start({ accounts: ['one'] });
    const made = await world.admin('POST', '/api/keys', { name: 'lost' });
    const serve = async () => readReply((await sendRaw(world.app.url, post([`x-api-key: ${made.body.key}`]))).text).status;
    assert.equal(await serve(), 200);
    await world.admin('DELETE', `/api/keys/${made.body.id}`);
    assert.equal(await serve(), 401);
  });

  it('403: a web page at a server that asks for no key', async () => {
    await start({ config: { auth: { requireClientKey: false } } });
    const error = await refused(post(['origin: https://evil.example']));
    assert.deepEqual(summary(error), [403, 'permission_error', 'false', undefined]);
  });

  it('404: what never gets a pooled credential, also with the version twice', async () => {
    await start({ accounts: ['one'] });
    for (const path of ['/v1/organizations', '/v1/organizations/x', '/v1/oauth/token', '/v1/v1/oauth/token', '/v1/O%61uth/x']) {
      assert.deepEqual(summary(await ask(BODY, path)), [404, 'not_found_error', 'false', undefined], path);
    }
    assert.equal(world.simulator.books.api.length, 0);
  });

  it('404: what lies beside the tree', async () => {
    await start();
    for (const path of ['/v1', '/v1x/messages', '/V1/messages', '/v2/messages', '/messages'])
      assert.equal((await ask(BODY, path)).status, 404, path);
  });

  it('413: a declared body, before it is sent, on a connection that closes', async () => {
    await start({ config: { server: { maxBodyBytes: 1000 } } });
    const head = rawRequest('POST /v1/messages HTTP/1.1', ['host: localhost', ...withKey(), 'content-length: 1001']);
    const error = await refused(head);
    assert.deepEqual(summary(error), [413, 'request_too_large', 'false', undefined]);
    assert.equal(error.headers['connection'], 'close');
    assert.match(error.message, /server\.max_body_size/);
  });

  it('413: a chunked body as soon as it is too long, on a connection that closes', async () => {
    await start({ config: { server: { maxBodyBytes: 1000 } } });
    const lines = ['host: localhost', ...withKey(), 'transfer-encoding: chunked'];
    const endless = rawRequest('POST /v1/messages HTTP/1.1', lines, `3e9\r\n${'x'.repeat(1001)}\r\n`);
    const error = await refused(endless);
    assert.deepEqual([error.status, error.headers['connection']], [413, 'close']);
  });

  for (const [status, key] of [
    [401, 'hg_unknown'],
    [413, null],
  ] as const) {
    it(`${status}: reaches a client that sends all of its body before it reads`, async () => {
      await start({ config: { server: { maxBodyBytes: 1000 } } });
      const { hostname, port } = new URL(world.app.url);
      const socket = connect({ host: hostname, port: Number(port) });
      const failed: Error[] = [];
      socket.on('error', (error) => failed.push(error));
      // More than the system takes on its way.
      const body = Buffer.alloc(24_000_000, 'x');
      const lines = ['host: localhost', `x-api-key: ${key ?? world.key}`, `content-length: ${body.length}`];
      socket.write(rawRequest('POST /v1/messages HTTP/1.1', lines));
      await new Promise((resolve) => socket.write(body, resolve));
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      await new Promise((resolve) => socket.once('close', resolve));
      assert.deepEqual([ownError(text).status, failed], [status, []]);
    });
  }

  it('413: before 100 Continue', async () => {
    await start({ config: { server: { maxBodyBytes: 1000 } } });
    const lines = ['host: localhost', ...withKey(), 'content-length: 1001', 'expect: 100-continue'];
    assert.equal((await refused(rawRequest('POST /v1/messages HTTP/1.1', lines))).status, 413);
  });

  it('429: too many failed keys, until when in words, while a valid key is served', async () => {
    await start({ accounts: ['one'] });
    const wrong = () => refused(post(['x-api-key: hg_wrong']));
    for (let n = 0; n < 20; n += 1) assert.equal((await wrong()).status, 401);
    const error = await wrong();
    assert.deepEqual(summary(error).slice(0, 3), [429, 'rate_limit_error', undefined]);
    assert.ok(Number(error.headers['retry-after']) <= 60);
    assert.match(error.message, /Try again at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in \d+ s\)\.$/);
    assert.equal((await sendRaw(world.app.url, post(withKey()))).status, 200);
  });

  it('429: too many failed keys that expect 100 Continue are counted once each', async () => {
    await start();
    const expecting = rawRequest('POST /v1/messages HTTP/1.1', [
      'host: localhost',
      'x-api-key: hg_wrong',
      'content-length: 5',
      'expect: 100-continue',
    ]);
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) statuses.push((await refused(expecting)).status);
    assert.deepEqual([statuses.lastIndexOf(401), statuses[20]], [19, 429]);
  });

  for (const [seconds, shouldRetry] of [
    [30, undefined],
    [61, 'false'],
  ] as const) {
    it(`429: an exhausted pool that recovers in ${seconds} s: to be retried ${shouldRetry ?? 'by the client'}`, async () => {
      const time = manualTime();
      await start({ accounts: ['one'], now: time.now });
      world.simulator.fault('one', { action: { kind: 'quota_rejected', reset: seconds }, times: null });
      const error = await ask();
      assert.deepEqual(summary(error), [429, 'rate_limit_error', shouldRetry, String(seconds)]);
      assert.match(error.message, /available at 2026-11-24 12:0[01] UTC/);
    });
  }

  it('499: a client that goes away is told nothing, and is in the log', async () => {
    await start({ accounts: ['one'] });
    world.simulator.fault('one', { action: { kind: 'hang' } });
    const connection = await openRaw(world.app.url);
    connection.send(
      rawRequest('POST /v1/messages HTTP/1.1', ['host: localhost', ...withKey(), `content-length: ${BODY.length}`], BODY),
    );
    while (world.simulator.books.api.length === 0) await new Promise((resolve) => setImmediate(resolve));
    connection.end();
    assert.equal((await connection.closed).text, '');
    while (!world.log().includes('status=499')) await new Promise((resolve) => setImmediate(resolve));
  });

  it('502: an upstream that nobody reaches', async () => {
    await start({ accounts: ['one'], config: { claude: { baseUrl: 'http://127.0.0.1:9' } } });
    assert.deepEqual(summary(await ask()), [502, 'api_error', 'true', undefined]);
  });

  it('502: an upstream that redirects, without telling where', async () => {
    await start({ accounts: ['one'] });
    world.simulator.fault('one', {
      action: { kind: 'status', status: 302, type: 'x', message: 'x', headers: { location: 'https://evil.example/' } },
      times: null,
    });
    const error = await ask();
    assert.deepEqual(summary(error), [502, 'api_error', 'false', undefined]);
    assert.equal(error.headers['location'], undefined);
  });

  it('503: no account yet, and none that can be used', async () => {
    await start();
    assert.deepEqual(summary(await ask()), [503, 'api_error', 'false', undefined]);
    const id = await world.addAccount('one');
    await world.admin('PATCH', `/api/accounts/${id}`, { status: 'inactive' });
    assert.deepEqual(summary(await ask()), [503, 'api_error', 'false', undefined]);
  });

  it('503: more bodies at once than may be held', async () => {
    await start({ accounts: ['one'], config: { server: { maxBodyBytes: 1000, maxBufferedBytes: 1500 } } });
    const head = (length: number) =>
      rawRequest('POST /v1/messages HTTP/1.1', ['host: localhost', ...withKey(), `content-length: ${length}`]);
    const first = await openRaw(world.app.url);
    first.send(`${head(1000)}{`);
    const second = await (async () => {
      for (;;) {
        const reply = readReply((await sendRaw(world.app.url, post(withKey(), 'x'.repeat(900)))).text);
        if (reply.status !== 400) return reply;
      }
    })();
    assert.deepEqual([second.status, second.headers['retry-after'], second.headers['x-should-retry']], [503, '2', undefined]);
    first.end();
    await first.closed;
  });

  it('504: an upstream that does not answer in time', async () => {
    await start({ accounts: ['one'], config: { server: { responseTimeoutMs: 80, connectTimeoutMs: 50 } } });
    world.simulator.fault('one', { action: { kind: 'hang' } });
    assert.deepEqual(summary(await ask()), [504, 'timeout_error', 'false', undefined]);
  });

  it('529: an upstream that has failed too often', async () => {
    await start({ accounts: ['one'], config: { retry: { enabled: false } } });
    world.simulator.fault('one', { action: { kind: 'reset', afterEvents: null }, times: null });
    const keys = [world.key];
    for (let n = 0; n < 4; n += 1) keys.push((await world.admin('POST', '/api/keys', { name: `key ${n}` })).body.key);
    let error: OwnError | null = null;
    for (let n = 0; n < 40 && error?.status !== 529; n += 1) error = await refused(post([`x-api-key: ${keys[n % 5]}`]));
    assert.ok(error);
    assert.deepEqual(summary(error).slice(0, 3), [529, 'overloaded_error', undefined]);
    assert.ok(Number(error.headers['retry-after']) >= 1 && Number(error.headers['retry-after']) <= 15);
  });

  it('keeps the connection where nothing speaks against it', async () => {
    await start();
    const connection = await openRaw(world.app.url);
    const request = rawRequest('GET /v1/models HTTP/1.1', ['host: localhost']);
    for (const times of [1, 2]) {
      connection.send(request);
      await connection.until((text) => (text.match(/"request_id":"[^"]+"\}/g)?.length ?? 0) === times);
    }
    connection.end();
    assert.doesNotMatch((await connection.closed).text, /connection: close/i);
  });
});

describe('a refusal', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const get = (path: string, host = 'localhost') => rawRequest(`GET ${path} HTTP/1.1`, [`host: ${host}`, 'connection: close']);
  const refusals: Readonly<Record<string, string>> = {
    'of a malformed target': get('/v1/../api/accounts'),
    'of a host that is not served': get('/v1/models', 'evil.example'),
    'of what lies nowhere': get('/nowhere?key=hidden'),
    'of an unknown key': get('/v1/models'),
    'by the parser': 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\na b: c\r\n\r\n',
    'of a tunnel': rawRequest('CONNECT localhost:443 HTTP/1.1', ['host: localhost']),
  };
  for (const [what, bytes] of Object.entries(refusals)) {
    it(`${what} has a line in the log, under the id of its reply and without its query`, async () => {
      const before = world.log().length;
      const { headers, status } = ownError((await sendRaw(world.app.url, bytes)).text);
      const lines = world.log().slice(before).split('\n');
      const found = lines.filter((line) => line.includes(`id=${headers['request-id']}`));
      assert.equal(found.length, 1, lines.join('\n'));
      assert.ok(found[0]?.includes(`status=${status}`), found[0]);
      assert.doesNotMatch(found[0] ?? '', /hidden/);
    });
  }
});
