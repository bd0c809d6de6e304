/** Where a request comes from: web pages, proxies in front, and servers that ask for no key. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const PAGE = 'https://chat.example';

describe('web pages', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one'], config: { server: { corsOrigins: [PAGE] } } });
  });
  after(() => world.stop());

  const preflight = (origin: string) =>
    request(world.app.url)
      .options('/v1/messages')
      .set({ origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key, content-type' });

  it('of a listed origin may ask, and learn what they may send', async () => {
    const { status, headers } = await preflight(PAGE);
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], PAGE);
    assert.equal(headers['access-control-allow-headers'], 'x-api-key, content-type');
  });

  it('of a listed origin may read the answer, which names its origin', async () => {
    const { status, headers } = await request(world.app.url)
      .post('/v1/messages')
      .set({ origin: PAGE, 'x-api-key': world.key })
      .send(aMessage);
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], PAGE);
    assert.match(headers['vary'] ?? '', /origin/i);
    assert.match(headers['access-control-expose-headers'] ?? '', /retry-after/);
  });

  it('of a listed origin still need a key', async () => {
    assert.equal((await request(world.app.url).post('/v1/messages').set('origin', PAGE).send(aMessage)).status, 401);
  });

  it('of any other origin are told nothing that would let them in', async () => {
    const { status, headers } = await preflight('https://evil.example');
    assert.equal(status, 401);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  it('of any other origin get an answer that no cache gives to a listed one', async () => {
    assert.match((await preflight('https://evil.example')).headers['vary'] ?? '', /origin/i);
  });

  for (const almost of [
    `${PAGE}.evil.example`,
    `${PAGE}/`,
    PAGE.toUpperCase(),
    'http://chat.example',
    `${PAGE}:8443`,
    'null',
    '*',
  ]) {
    it(`of ${almost} are of another origin`, async () => {
      assert.equal((await preflight(almost)).headers['access-control-allow-origin'], undefined);
    });
  }

  it('of a listed origin are never offered cookies', async () => {
    assert.equal((await preflight(PAGE)).headers['access-control-allow-credentials'], undefined);
  });

  it('of a listed origin may read why they were refused', async () => {
    const { status, headers } = await request(world.app.url).post('/v1/messages').set('origin', PAGE).send(aMessage);
    assert.deepEqual([status, headers['access-control-allow-origin']], [401, PAGE]);
  });

  it('are told nothing anywhere else', async () => {
    for (const path of ['/health', '/readyz', '/api/hello', '/metrics', '/ui/', '/nowhere']) {
      const { headers } = await request(world.app.url).get(path).set('origin', PAGE);
      assert.equal(headers['access-control-allow-origin'], undefined, path);
    }
  });

  it('do not ask for leave when they ask for methods without Origin', async () => {
    const { status } = await request(world.app.url).options('/v1/messages').set('access-control-request-method', 'POST');
    assert.equal(status, 401);
  });

  it('are never let into the administration', async () => {
    const { headers } = await request(world.app.url)
      .options('/api/accounts')
      .set({ origin: PAGE, 'access-control-request-method': 'GET' });
    assert.equal(headers['access-control-allow-origin'], undefined);
  });
});

describe('web pages, by default', () => {
  it('are told nothing that would let them in, nor anybody anything about them', async () => {
    const world = await startWorld({ accounts: ['one'] });
    const preflight = await request(world.app.url)
      .options('/v1/messages')
      .set({ origin: PAGE, 'access-control-request-method': 'POST' });
    const reply = await request(world.app.url).post('/v1/messages').set({ origin: PAGE, 'x-api-key': world.key }).send(aMessage);
    for (const { headers } of [preflight, reply]) {
      const telling = Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');
      assert.deepEqual(telling, []);
    }
    assert.deepEqual([preflight.status, reply.status], [401, 200]);
    await world.stop();
  });
});

describe('an address behind a proxy', () => {
  const failures = async (world: World, from: string, times: number): Promise<number> => {
    let status = 0;
    for (let i = 0; i < times; i += 1) {
      const reply = await request(world.app.url)
        .post('/v1/messages')
        .set({ 'x-api-key': 'hg_wrong', 'x-forwarded-for': from })
        .send(aMessage);
      status = reply.status;
    }
    return status;
  };

  it('is throttled by itself when the proxy is trusted', async () => {
    const world = await startWorld({ config: { server: { trustedProxies: ['127.0.0.1'] } } });
    try {
      assert.equal(await failures(world, '203.0.113.7', 21), 429);
      assert.equal(await failures(world, '203.0.113.8', 1), 401);
    } finally {
      await world.stop();
    }
  });

  it('is the nearest one that no trusted proxy has, whatever the client wrote before it', async () => {
    const world = await startWorld({ config: { server: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] } } });
    try {
      assert.equal(await failures(world, '198.51.100.1, 203.0.113.7, 10.1.2.3', 20), 401);
      assert.equal(await failures(world, '198.51.100.2, 203.0.113.7', 1), 429);
      assert.equal(await failures(world, '203.0.113.7, 198.51.100.2', 1), 401);
    } finally {
      await world.stop();
    }
  });

  it('is throttled by itself also when it expects 100 Continue', async () => {
    const world = await startWorld({ config: { server: { trustedProxies: ['127.0.0.1'] } } });
    const expecting = async (from: string) => {
      const lines = ['host: localhost', 'x-api-key: hg_wrong', `x-forwarded-for: ${from}`];
      const head = rawRequest('POST /v1/messages HTTP/1.1', [...lines, 'content-length: 5', 'expect: 100-continue']);
      return (await sendRaw(world.app.url, head)).status;
    };
    try {
      assert.equal(await failures(world, '203.0.113.7', 20), 401);
      assert.equal(await expecting('203.0.113.7'), 429);
      assert.equal(await expecting('203.0.113.8'), 401);
    } finally {
      await world.stop();
    }
  });

  it('is not believed from a peer that is no trusted proxy', async () => {
    const world = await startWorld({ config: { server: { trustedProxies: ['10.0.0.0/8'] } } });
    try {
      assert.equal(await failures(world, '203.0.113.7', 20), 401);
      assert.equal(await failures(world, '203.0.113.8', 1), 429);
    } finally {
      await world.stop();
    }
  });

  for (const [trustedProxies, secure] of [
    [['127.0.0.1'], true],
    [['10.0.0.0/8'], false],
    [[], false],
  ] as const) {
    it(`comes over https where a proxy says so that is trusted: [${trustedProxies.join()}] ${secure}`, async () => {
      const world = await startWorld({ config: { server: { trustedProxies } } });
      const { headers } = await request(world.app.url)
        .post('/api/auth/login')
        .set('x-forwarded-proto', 'https')
        .send({ api_key: world.app.adminKey });
      assert.equal(/; Secure/.test(String(headers['set-cookie'])), secure);
      await world.stop();
    });
  }

  it('is what the connection says when nobody is trusted', async () => {
    const world = await startWorld();
    try {
      assert.equal(await failures(world, '203.0.113.7', 20), 401);
      assert.equal(await failures(world, '203.0.113.8', 1), 429);
    } finally {
      await world.stop();
    }
  });
});

describe('a server that asks for no key', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one'], config: { auth: { requireClientKey: false } } });
  });
  after(() => world.stop());

  const ask = (headers: Record<string, string>) => request(world.app.url).post('/v1/messages').set(headers).send(aMessage);

  it('serves programs on this machine', async () => {
    assert.equal((await ask({})).status, 200);
  });

  for (const [what, headers] of [
    ['a web page', { origin: 'http://127.0.0.1:3000' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a proxy in front', { 'x-forwarded-for': '203.0.113.7' }],
    ['a proxy in front that speaks the standard', { forwarded: 'for=203.0.113.7' }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await ask(headers);
      assert.equal(status, 403);
      assert.equal((body as { error: { type: string } }).error.type, 'permission_error');
    });
  }
});
