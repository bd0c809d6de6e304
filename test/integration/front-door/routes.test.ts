import assert from 'node:assert/strict';
import supertest from 'supertest';
import { type Audience, routeOf, routes } from '../../../src/http/routes.ts';
import { startWorld, type World } from '../../support/start-app.ts';

/** One path of each route, where `*` stands for many. */
const examples: Readonly<Record<string, string>> = { '/ui/*': '/ui/', '/api/*': '/api/accounts', '/v1/*': '/v1/models' };

describe('the table of routes', () => {
  let world: World;
  let adminRole: string;
  before(async () => {
    world = await startWorld({ accounts: ['one'] });
    adminRole = (await world.admin('POST', '/api/keys', { name: 'operator', role: 'admin' })).body.key;
  });
  after(() => world.stop());

  const ask = async (method: string, path: string, key?: string) => {
    const request = supertest(world.app.url)[method.toLowerCase() as 'get'](path);
    return (await (key === undefined ? request : request.set('authorization', `Bearer ${key}`))).status;
  };
  const refused = (status: number) => status === 401 || status === 403;

  /** Who gets past the door: nobody, a user's key, an admin's key, the admin key. */
  const expected: Readonly<Record<Audience, readonly boolean[]>> = {
    anyone: [true, true, true, true],
    api_key: [false, true, true, false],
    admin: [false, false, true, true],
  };

  for (const { methods, path, audience } of routes) {
    if (path === '/api/auth/login') continue;
    it(`lets ${audience} use ${path}, and nobody else`, async () => {
      const method = methods === null ? 'GET' : (methods.find((name) => name === 'GET') ?? methods[0] ?? 'GET');
      const statuses = await Promise.all(
        [undefined, world.key, adminRole, world.app.adminKey].map((key) => ask(method, examples[path] ?? path, key)),
      );
      assert.deepEqual(
        statuses.map((status) => !refused(status)),
        expected[audience],
        statuses.join(),
      );
    });
  }

  it('is open to anybody where this list says so, and nowhere else', () => {
    const open = routes.filter(({ audience }) => audience === 'anyone').map(({ path }) => path);
    const meant = [
      '/',
      '/api/hello',
      '/health',
      '/healthz',
      '/readyz',
      '/ui/*',
      '/oauth/callback',
      '/oauth/callback.js',
      '/oauth/callback.css',
      '/callback',
      '/docs',
      '/docs/style.css',
      '/api/auth/login',
      '/api/auth/session',
    ];
    assert.deepEqual(
      open.filter((path) => !meant.includes(path)),
      [],
    );
  });

  it('takes no session of the dashboard for a key of the Claude API', async () => {
    const login = await supertest(world.app.url).post('/api/auth/login').send({ api_key: world.app.adminKey });
    const cookie = String(login.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    const asked = await supertest(world.app.url).get('/v1/models').set({ cookie });
    const administered = await supertest(world.app.url).get('/api/accounts').set({ cookie });
    assert.deepEqual([login.status, asked.status, administered.status], [200, 401, 200]);
  });

  it('answers 404 in JSON to everything else, and never with a page', async () => {
    for (const path of [
      '/nowhere',
      '/V1/messages',
      '/v1',
      '/api',
      '/ui',
      '/healthz/',
      '/Health',
      '/metrics/',
      '/docs/',
      '/docs/x',
      '/v1evil/messages',
    ]) {
      const reply = await supertest(world.app.url).get(path).set('accept', 'text/html');
      assert.deepEqual([reply.status, reply.type, reply.body.error?.type], [404, 'application/json', 'not_found_error'], path);
    }
  });

  it('tells 403 to a user key at the administration, and 401 to the admin key at the Claude API', async () => {
    assert.equal(await ask('GET', '/api/accounts', world.key), 403);
    assert.equal(await ask('GET', '/metrics', world.key), 403);
    assert.equal(await ask('GET', '/v1/models', world.app.adminKey), 401);
  });

  it('answers probes at once and without a log line', async () => {
    const before = world.log();
    for (const [method, path] of [
      ['HEAD', '/'],
      ['HEAD', '/api/hello'],
      ['GET', '/api/hello'],
      ['GET', '/healthz'],
    ] as const) {
      assert.equal(await ask(method, path), 200, path);
    }
    assert.equal(world.log(), before);
  });

  it('sends browsers to the dashboard, whose page loads nothing from elsewhere and runs no script of its own', async () => {
    const redirect = await supertest(world.app.url).get('/').set('accept', 'text/html');
    assert.deepEqual([redirect.status, redirect.headers['location']], [302, '/ui/']);
    const page = await supertest(world.app.url).get('/ui/');
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.doesNotMatch(page.text, /<script(?! [^>]*src="\/)|https?:\/\/(?!127)/);
    assert.equal((await supertest(world.app.url).get('/oauth/callback.css')).type, 'text/css');
  });

  it('knows nothing by another case or slash', () => {
    assert.equal(routeOf('GET', '/Health'), null);
    assert.equal(routeOf('GET', '/health/'), null);
    assert.equal(routeOf('DELETE', '/health'), null);
    assert.equal(routeOf('GET', '/v1')?.path, undefined);
  });
});

describe('health', () => {
  it('tells how the pool is, without a word about accounts', async () => {
    const world = await startWorld();
    const health = () => supertest(world.app.url).get('/health');
    const empty = await health();
    assert.deepEqual([empty.status, empty.body.status], [503, 'unhealthy']);
    const id = await world.addAccount('one');
    assert.deepEqual(
      [(await health()).body.status, Object.keys((await health()).body)],
      ['healthy', ['status', 'version', 'uptime_seconds']],
    );
    await world.addAccount('two');
    await world.addAccount('three');
    for (const name of ['one', 'two']) world.simulator.revoke(name);
    for (const { id: each } of (await world.admin('GET', '/api/accounts')).body.data)
      await world.admin('POST', `/api/accounts/${each}/refresh`);
    assert.equal((await health()).body.status, 'degraded');
    assert.equal((await world.statusOf(id)).status, 'invalid');
    await world.stop();
  });

  describe('to an admin credential', () => {
    let world: World;
    const health = (headers: Record<string, string>) => supertest(world.app.url).get('/health').set(headers);
    const admin = () => ({ authorization: `Bearer ${world.app.adminKey}` });
    afterEach(() => world.stop());

    it('adds the accounts by status and the last errors, bounded and without a secret', async () => {
      world = await startWorld({ accounts: ['one'] });
      const id = await world.addAccount('two');
      await world.admin('PATCH', `/api/accounts/${id}`, { status: 'inactive' });
      world.simulator.fault('one', { action: { kind: 'status', status: 500 }, times: null });
      for (let n = 0; n < 12; n += 1) await (await world.ask()).text();
      const { body } = await health(admin());
      assert.deepEqual(body.accounts, { total: 2, active: 1, inactive: 1, rate_limited: 0, invalid: 0 });
      assert.equal(body.last_errors.length, 10);
      const [last] = body.last_errors;
      assert.deepEqual([last.kind, last.account, last.message], ['request', 'one', 'api_error']);
      assert.doesNotMatch(JSON.stringify(body), /sim-|hga?_|sk-ant/);
    });

    it('tells of a refresh that failed', async () => {
      world = await startWorld({ accounts: ['one'] });
      world.simulator.revoke('one');
      const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
      await world.admin('POST', `/api/accounts/${id}/refresh`);
      const { status, body } = await health(admin());
      assert.deepEqual([status, body.accounts.invalid, body.last_errors[0].kind], [503, 1, 'refresh']);
    });

    it('alone answers where it is not public; readiness and life stay open', async () => {
      world = await startWorld({ config: { health: { public: false } } });
      const session = await supertest(world.app.url).post('/api/auth/login').send({ api_key: world.app.adminKey });
      const cookie = String(session.headers['set-cookie']?.[0]).split(';')[0] ?? '';
      const statuses = [];
      for (const headers of [
        {},
        { authorization: 'Bearer wrong' },
        { authorization: `Bearer ${world.key}` },
        admin(),
        { cookie },
      ])
        statuses.push((await health(headers)).status);
      assert.deepEqual(statuses, [401, 401, 403, 503, 503]);
      for (const path of ['/healthz', '/readyz']) assert.equal((await supertest(world.app.url).get(path)).status, 200);
    });

    it('is no place to guess keys at', async () => {
      world = await startWorld();
      const statuses = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await health({ authorization: `Bearer guess-${n}` })).status);
      assert.deepEqual([statuses[0], statuses.at(-1)], [503, 429]);
      assert.ok((await health(admin())).body.accounts);
      assert.equal((await health({})).status, 503);
    });
  });

  it('counts the pool for readiness only when asked to', async () => {
    const world = await startWorld();
    const ready = (query = '') => supertest(world.app.url).get(`/readyz${query}`);
    assert.deepEqual([(await ready()).status, (await ready()).body.pool], [200, 'unhealthy']);
    assert.deepEqual([(await ready('?pool=required')).status, (await ready('?pool=required')).body.reasons], [503, ['pool']]);
    await world.stop();
  });

  it('exposes metrics of what was served, with bounded labels', async () => {
    const world = await startWorld({ accounts: ['one'] });
    await (await world.ask()).text();
    await (await world.ask({ body: { model: 'made-up-model', messages: [] } })).text();
    const metrics = await supertest(world.app.url).get('/metrics').set('authorization', `Bearer ${world.app.adminKey}`);
    assert.match(metrics.text, /headgate_requests_total\{route="\/v1\/messages",status="200",account="one",model="sonnet"\} 1/);
    assert.match(metrics.text, /headgate_account_status\{account="one",status="active"\} 1/);
    assert.match(metrics.text, /headgate_tokens_total\{kind="output"/);
    assert.doesNotMatch(metrics.text, /made-up-model/);
    await world.stop();
  });
});
