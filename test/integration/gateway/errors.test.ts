import assert from 'node:assert/strict';
import { request } from 'node:http';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

interface Told {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly retryAfter: string | null;
  readonly shouldRetry: string | null;
}

async function told(reply: Response): Promise<Told> {
  const body = (await reply.json()) as { type: string; error: { type: string; message: string }; request_id: string };
  assert.equal(body.type, 'error');
  assert.match(reply.headers.get('content-type') ?? '', /^application\/json/);
  assert.match(body.request_id, /^(hgr_|req_)/);
  assert.equal(reply.headers.get('request-id'), body.request_id);
  return {
    status: reply.status,
    type: body.error.type,
    message: body.error.message,
    retryAfter: reply.headers.get('retry-after'),
    shouldRetry: reply.headers.get('x-should-retry'),
  };
}

describe("errors of Headgate's own", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({
      config: { server: { maxBodyBytes: 10_000, maxBufferedBytes: 15_000, responseTimeoutMs: 10_000 } },
    });
  });
  afterEach(() => world.stop());

  it('400 for a malformed target', async () => {
    const headers = ['host: localhost', `authorization: Bearer ${world.key}`, 'connection: close'];
    for (const target of [
      '/v1/../api/keys',
      '/v1/%2e%2e/x',
      '/v1/a%2fb',
      '/v1\\x',
      '//evil/v1/x',
      '/v1/%zz',
      'http://evil/v1/x',
      '/v1/%00',
    ]) {
      const { status, text } = await sendRaw(world.app.url, rawRequest(`GET ${target} HTTP/1.1`, headers));
      assert.equal(status, 400, target);
      assert.match(text, /"invalid_request_error"/, target);
    }
    assert.equal(world.simulator.books.api.length, 0);
  });

  it('401 for a missing and for an unknown key, in one wording, never echoed, not to be retried', async () => {
    const missing = await told(await world.ask({ headers: { authorization: '' } }));
    const unknown = await told(await world.ask({ headers: { authorization: 'Bearer hg_nonsense' } }));
    assert.deepEqual([missing.status, missing.type, missing.shouldRetry], [401, 'authentication_error', 'false']);
    assert.equal(missing.message, unknown.message);
    assert.doesNotMatch(unknown.message, /nonsense/);
  });

  it('401 for the admin key: it is not for the Claude API', async () => {
    assert.equal((await told(await world.ask({ headers: { authorization: `Bearer ${world.app.adminKey}` } }))).status, 401);
  });

  it('401 that says so for an expired and for a disabled key', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const timed = await startWorld({ now: () => now });
    const made = await timed.admin('POST', '/api/keys', { name: 'old', expires_at: '2026-02-01T00:00:00Z' });
    now = Date.parse('2026-02-01T00:00:00Z');
    const ask = async () => told(await timed.ask({ headers: { authorization: `Bearer ${made.body.key}` } }));
    assert.match((await ask()).message, /"old" expired on 2026-02-01/);
    await timed.admin('PATCH', `/api/keys/${made.body.id}`, { enabled: false, expires_at: null });
    assert.match((await ask()).message, /"old" is disabled/);
    await timed.stop();
  });

  it('404 for what never gets a pooled credential', async () => {
    await world.addAccount('one');
    for (const path of ['/v1/organizations/me', '/v1/oauth/token', '/v1/%6frganizations']) {
      assert.equal((await told(await world.ask({ path }))).type, 'not_found_error', path);
    }
    assert.equal(world.simulator.books.api.length, 0);
  });

  it('413 as soon as a body is too large, declared or not', async () => {
    assert.equal((await told(await world.ask({ body: 'x'.repeat(10_001) }))).type, 'request_too_large');
    const chunked = await new Promise<number>((resolve, reject) => {
      const req = request(
        `${world.app.url}/v1/messages`,
        { method: 'POST', headers: { authorization: `Bearer ${world.key}` } },
        (res) => {
          resolve(res.statusCode ?? 0);
          res.resume();
        },
      );
      req.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' || error.code === 'ECONNRESET' ? undefined : reject(error),
      );
      for (let i = 0; i < 20; i += 1) req.write('x'.repeat(1000));
      req.end();
    });
    assert.equal(chunked, 413);
  });

  it('421 for a host name that is not served here', async () => {
    const { status, text } = await sendRaw(
      world.app.url,
      rawRequest('GET /v1/models HTTP/1.1', ['host: evil.example', 'connection: close']),
    );
    assert.equal(status, 421);
    assert.match(text, /server\.allowed_hosts/);
  });

  it('429 after too many unknown keys from an address, but never for a valid key', async () => {
    await world.addAccount('one');
    const wrong = () => world.ask({ headers: { authorization: 'Bearer hg_wrong' } });
    for (let i = 0; i < 20; i += 1) assert.equal((await wrong()).status, 401);
    const refused = await told(await wrong());
    assert.equal(refused.type, 'rate_limit_error');
    assert.ok(Number(refused.retryAfter) >= 1 && Number(refused.retryAfter) <= 60);
    assert.equal((await world.ask()).status, 200);
  });

  it('429 for an exhausted pool: until when, in words and in seconds, not to be retried when it is long', async () => {
    for (const name of ['one', 'two']) {
      await world.addAccount(name);
      world.simulator.fault(name, { action: { kind: 'quota_rejected', reset: 1380 }, times: null });
    }
    const refused = await told(await world.ask());
    assert.match(
      refused.message,
      /^All 2 accounts are rate limited; the next is available at \d{4}-\d\d-\d\d \d\d:\d\d UTC \(in 23 min\)\.$/,
    );
    assert.ok(Math.abs(Number(refused.retryAfter) - 1380) <= 2);
    assert.deepEqual([refused.status, refused.shouldRetry], [429, 'false']);
  });

  it('502 when the upstream cannot be reached', async () => {
    const lonely = await startWorld({ config: { claude: { baseUrl: 'http://127.0.0.1:9' } } });
    await lonely.addAccount('one');
    const refused = await told(await lonely.ask());
    assert.deepEqual([refused.status, refused.type, refused.shouldRetry], [502, 'api_error', 'true']);
    await lonely.stop();
  });

  it('503 for an empty pool, and for one that needs a person', async () => {
    const empty = await told(await world.ask());
    assert.deepEqual([empty.status, empty.shouldRetry], [503, 'false']);
    assert.match(empty.message, /No account yet/);
    const id = await world.addAccount('one');
    await world.admin('PATCH', `/api/accounts/${id}`, { status: 'inactive' });
    assert.equal((await told(await world.ask())).message, 'No usable account: 1 inactive. Enable one in the dashboard.');
  });

  it('503 with retry-after when all bodies together are too large', async () => {
    await world.addAccount('one');
    world.simulator.fault('one', { action: { kind: 'delay', ms: 300 } });
    const first = world.ask({ body: { ...aMessage, padding: 'x'.repeat(8000) } });
    while (world.simulator.books.api.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const refused = await told(await world.ask({ body: 'x'.repeat(9000) }));
    assert.deepEqual([refused.status, refused.retryAfter], [503, '2']);
    assert.equal((await first).status, 200);
  });

  it('504 when the upstream does not answer in time, without a second try', async () => {
    const impatient = await startWorld({ config: { server: { responseTimeoutMs: 80, connectTimeoutMs: 50 } } });
    await impatient.addAccount('one');
    await impatient.addAccount('two');
    impatient.simulator.fault('one', { action: { kind: 'hang' } });
    const refused = await told(await impatient.ask());
    assert.deepEqual([refused.status, refused.type], [504, 'timeout_error']);
    assert.equal(impatient.simulator.books.api.length, 1);
    await impatient.stop();
  });

  it('never 400 for a refusal of its own on /v1/messages', async () => {
    const statuses = await Promise.all([
      world.ask().then(({ status }) => status),
      world.ask({ headers: { authorization: 'Bearer x' } }).then(({ status }) => status),
      world.ask({ body: 'x'.repeat(20_000) }).then(({ status }) => status),
    ]);
    assert.ok(!statuses.includes(400), statuses.join());
  });

  it('JSON in the usual shape for what the parser itself refuses', async () => {
    const garbage = await sendRaw(world.app.url, 'NONSENSE\r\n\r\n');
    assert.equal(garbage.status, 400);
    assert.match(garbage.text, /"type":"error"/);
    const huge = await sendRaw(
      world.app.url,
      rawRequest('GET /v1/models HTTP/1.1', ['host: localhost', `x-big: ${'x'.repeat(40_000)}`]),
    );
    assert.equal(huge.status, 431);
  });

  it('401 before the body is even asked for, with Expect: 100-continue', async () => {
    const headers = [
      'host: localhost',
      'authorization: Bearer hg_wrong',
      'expect: 100-continue',
      'content-length: 5',
      'connection: close',
    ];
    const { text, status } = await sendRaw(world.app.url, rawRequest('POST /v1/messages HTTP/1.1', headers));
    assert.equal(status, 401);
    assert.doesNotMatch(text, /100 Continue/);
  });
});
