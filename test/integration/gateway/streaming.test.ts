import assert from 'node:assert/strict';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const body = JSON.stringify({ ...aMessage, stream: true });
/** Waits in turns of the event loop, never for a fixed time; the test's own time limit bounds it. */
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

describe('streams', () => {
  let world: World;
  const raw = (headers: readonly string[] = []) =>
    rawRequest(
      'POST /v1/messages?beta=true HTTP/1.1',
      [
        'host: localhost',
        `authorization: Bearer ${world.key}`,
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
        ...headers,
      ],
      body,
    );

  beforeEach(async () => {
    world = await startWorld({ config: { server: { streamIdleTimeoutMs: 300, responseTimeoutMs: 5000 } } });
    await world.addAccount('one');
  });
  afterEach(() => world.stop());

  it('arrive as the upstream sends them, pings included, with a proper end', async () => {
    const { text } = await sendRaw(world.app.url, raw(['connection: close']));
    const names = [...text.matchAll(/^event: (\w+)/gm)].map(([, name]) => name);
    assert.deepEqual(names.slice(0, 2), ['message_start', 'ping']);
    assert.equal(names.at(-1), 'message_stop');
    assert.match(text, /\r\n0\r\n\r\n$/);
  });

  it('are passed on event by event, not collected', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 } });
    const reply = await world.ask({ body });
    const first = await reply.body?.getReader().read();
    assert.match(Buffer.from(first?.value ?? []).toString(), /message_start/);
  });

  it('that the upstream cuts are cut for the client: no last chunk, no error text', async () => {
    for (const kind of ['cut', 'reset'] as const) {
      world.simulator.fault('one', { action: { kind, afterEvents: 4 } });
      const { text } = await sendRaw(world.app.url, raw(['connection: close']));
      assert.match(text, /message_start/, kind);
      assert.doesNotMatch(text, /\r\n0\r\n\r\n$/, kind);
      assert.doesNotMatch(text, /event: error|Error occurred/, kind);
    }
  });

  it('that fall silent are cut after the idle time', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 4 } });
    const { text } = await sendRaw(world.app.url, raw(['connection: close']));
    assert.doesNotMatch(text, /message_stop|\r\n0\r\n\r\n$/);
  });

  it('that come as JSON are passed on as JSON', async () => {
    world.simulator.fault('one', { action: { kind: 'unstreamed' } });
    const reply = await world.ask({ body });
    assert.match(reply.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(((await reply.json()) as { type: string }).type, 'message');
  });

  it('mark no account when they break', async () => {
    world.simulator.fault('one', { action: { kind: 'cut', afterEvents: 4 } });
    await sendRaw(world.app.url, raw(['connection: close']));
    const { data } = (await world.admin('GET', '/api/accounts')).body;
    assert.equal(data[0].status, 'active');
  });

  it('end upstream at once when the client leaves, and free the account', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 } });
    const leaving = new AbortController();
    const reply = await world.ask({ body, signal: leaving.signal });
    await reply.body?.getReader().read();
    leaving.abort();
    await until(() => world.simulator.books.api.every(({ end }) => end !== 'open'));
    assert.equal(world.simulator.books.api[0]?.end, 'aborted');
    await until(async () => (await world.admin('GET', '/api/accounts')).body.data[0].in_flight === 0);
  });

  it('do not hold their request’s body once they have begun', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 } });
    const leaving = new AbortController();
    const reply = await world.ask({ body, signal: leaving.signal });
    await reply.body?.getReader().read();
    const headers = { authorization: `Bearer ${world.app.adminKey}` };
    const text = await (await fetch(`${world.app.url}/metrics`, { headers })).text();
    assert.match(text, /^headgate_requests_in_flight 1$/m);
    assert.match(text, /^headgate_buffered_bytes 0$/m);
    leaving.abort();
  });

  it('that the client abandons before the first byte are ended upstream too', async () => {
    world.simulator.fault('one', { action: { kind: 'hang' } });
    const leaving = new AbortController();
    const asked = world.ask({ body, signal: leaving.signal }).catch((error: Error) => error.name);
    await until(() => world.simulator.books.api.length === 1);
    leaving.abort();
    assert.equal(await asked, 'AbortError');
    await until(() => world.simulator.books.api[0]?.end === 'aborted');
    assert.match(world.log(), /status=499/);
  });

  it('are metered from the bytes that pass', async () => {
    await (await world.ask({ body })).text();
    await until(() => /outputTokens=/.test(world.log()));
    const statistics = (await world.admin('GET', '/api/admin/statistics')).body;
    assert.ok(statistics.tokens.total.input > 0 && statistics.tokens.total.output > 1);
  });

  it('go through many at once, more than a pool of sockets usually holds', async () => {
    const asked = await Promise.all(Array.from({ length: 300 }, () => world.ask({ body }).then((reply) => reply.text())));
    assert.ok(asked.every((text) => text.includes('message_stop')));
    assert.equal(world.simulator.books.api.length, 300);
  });
});

describe('a stream', () => {
  it('goes on untouched while the token of its account is renewed', async () => {
    const world = await startWorld();
    try {
      const id = await world.addAccount('one');
      world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 } });
      const reply = await world.ask({ body });
      assert.equal((await world.admin('POST', `/api/accounts/${id}/refresh`)).status, 200);
      world.simulator.release();
      assert.match(await reply.text(), /message_stop/);
      assert.deepEqual([world.simulator.books.refreshes('one'), world.simulator.books.api.length], [1, 1]);
    } finally {
      await world.stop();
    }
  });
});

describe('an account that is deleted', () => {
  it('finishes the streams that run on it, and gets no new request', async () => {
    const world = await startWorld();
    try {
      const id = await world.addAccount('one');
      world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 }, times: 10 });
      const running = await Promise.all(Array.from({ length: 10 }, () => world.ask({ body })));
      assert.equal((await world.admin('DELETE', `/api/accounts/${id}`)).status, 204);
      assert.equal((await world.ask()).status, 503);
      world.simulator.release();
      for (const reply of running) assert.match(await reply.text(), /message_stop/);
      assert.equal(world.simulator.books.api.length, 10);
    } finally {
      await world.stop();
    }
  });
});

describe('headers', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one'] });
  });
  after(() => world.stop());
  const seen = () => world.simulator.books.api.at(-1);

  it('reach the upstream with the credential swapped and the beta appended, once and last', async () => {
    await world.ask({ headers: { 'anthropic-beta': 'a-1,b-2', 'x-custom': 'kept', 'anthropic-version': '2026-10-21' } });
    assert.equal(seen()?.headers['anthropic-beta'], 'a-1,b-2,oauth-2025-04-20');
    assert.equal(seen()?.headers['authorization'], 'credential of one');
    assert.equal(seen()?.headers['x-custom'], 'kept');
    assert.equal(seen()?.headers['anthropic-version'], '2026-10-21');
    assert.equal(seen()?.headers['accept-encoding'], 'identity');
  });

  it("never carry the client's key, cookies, whereabouts or hop-by-hop fields", async () => {
    const line = [
      `x-api-key: ${world.key}`,
      'cookie: a=b',
      'x-forwarded-for: 1.2.3.4',
      'forwarded: for=x',
      'via: x',
      'origin: http://a',
      'x-headgate-account: x',
      'te: trailers',
      'x-secret: 1',
    ];
    const text = rawRequest(
      'POST /v1/messages HTTP/1.1',
      ['host: localhost', `content-length: ${body.length}`, 'connection: close, x-secret', ...line],
      body,
    );
    assert.equal((await sendRaw(world.app.url, text)).status, 200);
    assert.deepEqual(seen()?.violations, []);
    assert.equal(seen()?.headers['x-secret'], undefined);
    assert.equal(seen()?.headers['x-api-key'], undefined);
    assert.ok(!JSON.stringify(seen()).includes(world.key));
  });

  it("with Expect: 100-continue still carry the account's credential and not the client's", async () => {
    const text = rawRequest(
      'POST /v1/messages HTTP/1.1',
      [
        'host: localhost',
        `x-api-key: ${world.key}`,
        'expect: 100-continue',
        `content-length: ${body.length}`,
        'connection: close',
      ],
      body,
    );
    assert.match((await sendRaw(world.app.url, text)).text, /100 Continue[\s\S]*200 OK/);
    assert.deepEqual(seen()?.violations, []);
    assert.equal(seen()?.headers['authorization'], 'credential of one');
  });

  it('come back without what is about the upstream, and with ours', async () => {
    world.simulator.fault('one', {
      action: {
        kind: 'status',
        status: 404,
        headers: {
          'set-cookie': 'a=b',
          server: 'x',
          'cf-ray': 'x',
          'anthropic-organization-id': 'org',
          'retry-after': '3',
          'x-kept': 'yes',
        },
      },
    });
    const reply = await world.ask();
    for (const name of ['set-cookie', 'server', 'cf-ray', 'anthropic-organization-id'])
      assert.equal(reply.headers.get(name), null, name);
    assert.equal(reply.headers.get('x-kept'), 'yes');
    assert.match(reply.headers.get('x-headgate-request-id') ?? '', /^hgr_/);
    assert.equal(reply.headers.get('x-headgate-account'), 'one');
  });

  it('keep the body byte for byte, whatever it is', async () => {
    const odd = Buffer.from('{"model":"claude-sonnet-5","messages":[],"a":1,"a":2,"n":12345678901234567890,"s":"\\ud800"}\n\n');
    await world.ask({ body: odd.toString('latin1') });
    const { createHash } = await import('node:crypto');
    assert.equal(seen()?.bodySha256, createHash('sha256').update(odd).digest('hex'));
  });

  it('pass the target byte for byte, and forgive a doubled version', async () => {
    await world.ask({ path: '/v1/v1/messages?beta=true&x=%20y' });
    assert.equal(seen()?.target, '/v1/messages?beta=true&x=%20y');
  });

  it("keep a client's plain correlation id, and no other", async () => {
    await world.ask({ headers: { 'x-request-id': 'build-42' } });
    await world.ask({ headers: { 'x-request-id': 'a b' } });
    await until(() => (world.log().match(/ request id=/g) ?? []).length >= 2);
    assert.match(world.log(), /correlation=build-42/);
    assert.doesNotMatch(world.log(), /correlation=a b/);
  });
});
