/** Who may administer, and how a browser proves that the dashboard itself asks. */
import assert from 'node:assert/strict';
import { sessionSchema } from '../../../src/contract/session.ts';
import { ADMIN_KEY, type AdminWorld, adminHeaders, adminWorld, cookieOf, HOST, ORIGIN } from '../../support/admin-world.ts';
import { HOUR, MINUTE } from '../../support/builders.ts';

/** Every route behind the credential, by method. */
const ROUTES = [
  ['GET', '/api/accounts'],
  ['POST', '/api/accounts'],
  ['GET', '/api/accounts/acc_1'],
  ['PATCH', '/api/accounts/acc_1'],
  ['PUT', '/api/accounts/acc_1'],
  ['DELETE', '/api/accounts/acc_1'],
  ['POST', '/api/accounts/acc_1/refresh'],
  ['POST', '/api/accounts/acc_1/clear-limit'],
  ['GET', '/api/accounts/acc_1/events'],
  ['POST', '/api/oauth/authorize'],
  ['GET', '/api/keys'],
  ['POST', '/api/keys'],
  ['GET', '/api/keys/key_1'],
  ['PATCH', '/api/keys/key_1'],
  ['DELETE', '/api/keys/key_1'],
  ['GET', '/api/admin/statistics'],
  ['POST', '/api/auth/logout'],
  ['GET', '/api/nothing-of-the-kind'],
] as const;
const WRITES = ROUTES.filter(([method]) => method !== 'GET');

describe('access to the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const statusOf = async (headers: Record<string, string> | null) =>
    (await world.call('GET', '/api/accounts', { headers })).status;

  for (const [method, path] of ROUTES) {
    it(`${method} ${path} answers 401 to who brings nothing`, async () => {
      const reply = await world.call(method, path, { headers: null });
      assert.equal(reply.status, 401);
      assert.equal(reply.body.error.type, 'authentication_error');
    });

    it(`${method} ${path} answers 403 to a key of role user`, async () => {
      const { secret } = await world.aKey('user');
      const reply = await world.call(method, path, { headers: { authorization: `Bearer ${secret}` } });
      assert.equal(reply.status, 403);
      assert.equal(reply.body.error.type, 'permission_error');
    });

    it(`${method} ${path} lets the admin key pass`, async () => {
      const reply = await world.call(method, path);
      assert.ok(![401, 403].includes(reply.status), `answered ${reply.status}`);
    });
  }

  it('nothing of a body is judged before its sender is', async () => {
    const reply = await world.call('POST', '/api/keys', { headers: { 'content-type': 'text/plain' }, body: 'not json' });
    assert.equal(reply.status, 401);
  });

  it('takes the admin key as x-api-key', async () => assert.equal(await statusOf({ 'x-api-key': ADMIN_KEY }), 200));

  it('takes an API key of role admin', async () => {
    const { secret } = await world.aKey('admin');
    assert.equal(await statusOf({ authorization: `Bearer ${secret}` }), 200);
  });

  it('notes that an API key of role admin was used', async () => {
    const { key, secret } = await world.aKey('admin');
    await statusOf({ authorization: `Bearer ${secret}` });
    assert.equal(world.keys.get(key.id)?.lastUsedAt, world.time.now());
  });

  it('refuses a key of role admin that is disabled', async () => {
    const { key, secret } = await world.aKey('admin');
    await world.keys.update(key.id, { enabled: false });
    assert.equal(await statusOf({ authorization: `Bearer ${secret}` }), 401);
  });

  it('refuses a key of role admin from the instant at which it expires', async () => {
    const { key, secret } = await world.aKey('admin');
    await world.keys.update(key.id, { expiresAt: world.time.now() });
    assert.equal(await statusOf({ authorization: `Bearer ${secret}` }), 401);
  });

  for (const almost of [ADMIN_KEY.slice(0, -1), `${ADMIN_KEY}x`, ADMIN_KEY.toUpperCase(), '']) {
    it(`does not take "${almost}" for the admin key`, async () =>
      assert.equal(await statusOf({ authorization: `Bearer ${almost}` }), 401));
  }

  it('takes the one right key of two', async () =>
    assert.equal(await statusOf({ authorization: 'Bearer wrong-key', 'x-api-key': ADMIN_KEY }), 200));

  it('is strict about the case and the end of a path', async () => {
    assert.equal((await world.call('GET', '/api/Accounts')).status, 404);
    assert.equal((await world.call('GET', '/api/accounts/')).status, 404);
  });

  it('names the methods that a path takes', async () => {
    const reply = await world.call('DELETE', '/api/keys');
    assert.equal(reply.status, 405);
    assert.equal(reply.headers['allow'], 'GET, POST');
  });

  for (const [who, headers, status] of [
    ['nobody', {}, 401],
    ['the admin key', adminHeaders, 200],
  ] as const) {
    it(`guards a route outside of /api in the same way: ${who}`, async () => {
      const reply = await world.call('GET', '/guarded', { headers });
      assert.equal(reply.status, status);
    });
  }

  describe('a session', () => {
    it('begins with a cookie that scripts cannot read and other sites cannot send', async () => {
      const reply = await world.call('POST', '/api/auth/login', { headers: null, body: { api_key: ADMIN_KEY } });
      const cookie = String(reply.headers['set-cookie']?.[0]);
      assert.match(cookie, /^headgate_session=[\w-]{43}; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    });

    it('has a cookie that is bound to the host over https', async () => {
      const headers = { 'x-forwarded-proto': 'https' };
      const reply = await world.call('POST', '/api/auth/login', { headers, body: { api_key: ADMIN_KEY } });
      assert.match(
        String(reply.headers['set-cookie']?.[0]),
        /^__Host-headgate_session=.*; Path=\/; .*; Secure; SameSite=Strict$/,
      );
      const session = await world.call('GET', '/api/auth/session', { headers: { ...headers, cookie: cookieOf(reply) } });
      assert.equal(session.body.authenticated, true);
    });

    it('tells role and end, counted from signing in whatever is done meanwhile', async () => {
      const { cookie } = await world.signIn();
      await world.time.advance(11 * HOUR);
      const reply = await world.call('GET', '/api/auth/session', { headers: { cookie: String(cookie) } });
      const expected = { authenticated: true, role: 'admin', expires_at: new Date(world.time.now() + HOUR).toISOString() };
      assert.deepEqual(sessionSchema.parse(reply.body), expected);
      await world.time.advance(HOUR);
      assert.equal(await statusOf({ cookie: String(cookie) }), 401);
    });

    it('is not there for who brings nothing', async () => {
      const reply = await world.call('GET', '/api/auth/session', { headers: null });
      assert.deepEqual(sessionSchema.parse(reply.body), { authenticated: false, role: null, expires_at: null });
    });

    it('is reported for a key as well, without an end', async () => {
      const reply = await world.call('GET', '/api/auth/session');
      assert.deepEqual(sessionSchema.parse(reply.body), { authenticated: true, role: 'admin', expires_at: null });
    });

    it('is not there for a key of role user', async () => {
      const { secret } = await world.aKey('user');
      const reply = await world.call('GET', '/api/auth/session', { headers: { 'x-api-key': secret } });
      assert.equal(reply.body.authenticated, false);
    });

    it('ends at logout', async () => {
      const page = await world.signIn();
      assert.equal((await world.call('POST', '/api/auth/logout', { headers: page })).status, 204);
      assert.equal(await statusOf(page), 401);
    });

    it('is a new one at each login, and the old one is dead', async () => {
      const { cookie } = await world.signIn();
      const headers = { cookie: String(cookie) };
      const again = await world.call('POST', '/api/auth/login', { headers, body: { api_key: ADMIN_KEY } });
      assert.notEqual(cookieOf(again), cookie);
      assert.equal(await statusOf(headers), 401);
    });

    it('is not made by a cookie of one’s own', async () =>
      assert.equal(await statusOf({ cookie: `headgate_session=${'a'.repeat(43)}` }), 401));

    it('is opened by an API key of role admin', async () => {
      const { secret } = await world.aKey('admin');
      assert.equal(await statusOf(await world.signIn(secret)), 200);
    });

    it('is not opened by a key of role user', async () => {
      const { secret } = await world.aKey('user');
      const reply = await world.call('POST', '/api/auth/login', { headers: null, body: { api_key: secret } });
      assert.equal(reply.status, 401);
      assert.equal(reply.headers['set-cookie'], undefined);
    });

    it('ends for good when the key that opened it is disabled', async () => {
      const { key, secret } = await world.aKey('admin');
      const page = await world.signIn(secret);
      await world.call('PATCH', `/api/keys/${key.id}`, { body: { enabled: false } });
      await world.call('PATCH', `/api/keys/${key.id}`, { body: { enabled: true } });
      assert.equal(await statusOf(page), 401);
    });

    it('ends when the key that opened it is deleted', async () => {
      const { key, secret } = await world.aKey('admin');
      const page = await world.signIn(secret);
      await world.call('DELETE', `/api/keys/${key.id}`);
      assert.equal(await statusOf(page), 401);
    });

    it('ends for good when the key that opened it expires', async () => {
      const { key, secret } = await world.aKey('admin');
      const page = await world.signIn(secret);
      await world.keys.update(key.id, { expiresAt: world.time.now() + MINUTE });
      assert.equal(await statusOf(page), 200);
      await world.time.advance(MINUTE);
      assert.equal(await statusOf(page), 401);
      await world.keys.update(key.id, { expiresAt: null });
      assert.equal(await statusOf(page), 401);
    });

    it('of one key does not end with another', async () => {
      const { key } = await world.aKey('admin', 'other');
      const page = await world.signIn();
      await world.call('DELETE', `/api/keys/${key.id}`);
      assert.equal(await statusOf(page), 200);
    });
  });

  describe('a write by session', () => {
    const FORGED: readonly (readonly [string, Record<string, string | undefined>])[] = [
      ['without Origin', { origin: undefined }],
      ['with another origin', { origin: 'https://evil.example' }],
      ['with the origin null', { origin: 'null' }],
      ['with the other scheme', { origin: `https://${HOST}` }],
      ['with another port', { origin: 'http://127.0.0.1:4001' }],
      ['with the other name of this machine', { origin: 'http://localhost:4000' }],
      ['without the header that only our page can set', { 'x-headgate-csrf': undefined }],
      ['with another value of that header', { 'x-headgate-csrf': 'true' }],
    ];

    for (const [method, path] of WRITES) {
      it(`${method} ${path} is refused when another site sends it`, async () => {
        const page = { ...(await world.signIn()), origin: 'https://evil.example' };
        assert.equal((await world.call(method, path, { headers: page, body: {} })).status, 403);
      });
    }

    for (const [what, change] of FORGED) {
      it(`is refused ${what}`, async () => {
        const headers = Object.entries({ ...(await world.signIn()), ...change }).filter(([, value]) => value !== undefined);
        const page = Object.fromEntries(headers) as Record<string, string>;
        assert.equal((await world.call('POST', '/api/keys', { headers: page, body: { name: 'new' } })).status, 403);
        assert.equal(world.keys.list().length, 0);
      });
    }

    it('is made from our own page', async () => {
      const page = await world.signIn();
      assert.equal((await world.call('POST', '/api/keys', { headers: page, body: { name: 'new' } })).status, 201);
    });

    it('is made from the page behind a proxy that rewrites Host', async () => {
      await world.close();
      world = await adminWorld({ publicUrl: 'https://headgate.example' });
      const page = { ...(await world.signIn()), origin: 'https://headgate.example' };
      assert.equal((await world.call('POST', '/api/keys', { headers: page, body: { name: 'new' } })).status, 201);
    });

    it('needs no Origin when a key is sent instead', async () =>
      assert.equal((await world.call('POST', '/api/keys', { body: { name: 'new' } })).status, 201));
  });

  it('gives no other origin leave to read', async () => {
    const headers = { ...adminHeaders, origin: 'https://evil.example' };
    const reply = await world.call('GET', '/api/accounts', { headers });
    const granted = Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'));
    assert.deepEqual(granted, []);
  });

  describe('guessing', () => {
    const guess = (address = '192.0.2.1', key = 'a wrong key') =>
      world.call('POST', '/api/auth/login', { headers: { 'x-forwarded-for': address }, body: { api_key: key } });
    const guessTenTimes = async (address?: string) => {
      for (let n = 0; n < 10; n += 1) assert.equal((await guess(address)).status, 401);
    };

    it('is answered 429 with a wait after ten wrong keys from an address', async () => {
      await guessTenTimes();
      const reply = await guess();
      assert.equal(reply.status, 429);
      assert.equal(reply.body.error.type, 'rate_limit_error');
      const wait = Number(reply.headers['retry-after']);
      assert.ok(wait >= 1 && wait <= 60, `retry-after ${wait}`);
    });

    it('does not learn from the brake whether a guess was right', async () => {
      await guessTenTimes();
      assert.equal((await guess(undefined, ADMIN_KEY)).status, 429);
    });

    it('from one address leaves the others alone', async () => {
      await guessTenTimes();
      assert.equal((await guess('192.0.2.2', ADMIN_KEY)).status, 200);
    });

    it('from one IPv6 network counts as one', async () => {
      await guessTenTimes('2001:db8:1:2::1');
      assert.equal((await guess('2001:db8:1:2:ffff::9')).status, 429);
      assert.equal((await guess('2001:db8:1:3::1')).status, 401);
    });

    it('at the same time gets no more than ten answers', async () => {
      const replies = await Promise.all(Array.from({ length: 25 }, () => guess()));
      assert.equal(replies.filter(({ status }) => status === 401).length, 10);
    });

    it('right ones do not count', async () => {
      for (let n = 0; n < 12; n += 1) assert.equal((await guess(undefined, ADMIN_KEY)).status, 200);
    });

    it('by other routes is slowed as well, while who holds the key goes on', async () => {
      const from = { 'x-forwarded-for': '192.0.2.1' };
      const wrong = { headers: { ...from, authorization: 'Bearer a-wrong-key' } };
      for (let n = 0; n < 10; n += 1) assert.equal((await world.call('GET', '/api/accounts', wrong)).status, 401);
      assert.equal((await world.call('GET', '/api/auth/session', wrong)).status, 429);
      assert.equal((await world.call('GET', '/api/accounts', wrong)).status, 429);
      assert.equal((await world.call('GET', '/api/accounts', { headers: { ...from, ...adminHeaders } })).status, 200);
    });

    it('does not sign out who is signed in', async () => {
      const page = { ...(await world.signIn()), 'x-forwarded-for': '192.0.2.1' };
      await guessTenTimes();
      assert.equal(await statusOf(page), 200);
    });
  });

  describe('the log', () => {
    const lastLine = () => world.logLines.at(-1);

    it('says of a write who made it, from where and what, without what it held', async () => {
      const headers = { ...adminHeaders, 'x-forwarded-for': '192.0.2.7' };
      const reply = await world.call('POST', '/api/keys', { headers, body: { name: 'laptop' } });
      const { level, fields } = lastLine() ?? {};
      assert.equal(level, 'info');
      assert.deepEqual(fields, {
        request: reply.headers['request-id'],
        who: 'admin key',
        from: '192.0.2.7',
        what: 'POST /api/keys',
        fields: 'name',
        status: 201,
      });
    });

    it('says through which key a session was opened', async () => {
      const { secret } = await world.aKey('admin', 'laptop');
      const page = await world.signIn(secret);
      await world.call('POST', '/api/keys', { headers: page, body: { name: 'new' } });
      assert.equal(lastLine()?.fields['who'], 'session of key laptop');
    });

    it('tells of a login, and of one that failed', async () => {
      await world.signIn();
      assert.deepEqual([lastLine()?.level, lastLine()?.fields['who']], ['info', 'admin key']);
      await world.call('POST', '/api/auth/login', { headers: null, body: { api_key: 'wrong' } });
      assert.deepEqual([lastLine()?.level, lastLine()?.fields['who']], ['warn', 'nobody']);
    });

    it('has no line for a read', async () => {
      await world.call('GET', '/api/accounts');
      assert.equal(world.logLines.length, 0);
    });

    it('never holds a key, a code or a session', async () => {
      const page = await world.signIn();
      await world.call('POST', '/api/accounts?code=spilled-code', {
        headers: page,
        body: { name: 'billed', kind: 'api_key', api_key: 'sk-ant-spilled-key' },
      });
      await world.call('POST', '/api/accounts', { headers: page, body: { code: 'spilled-code', state: 'spilled-state' } });
      const text = JSON.stringify(world.logLines);
      for (const secret of [ADMIN_KEY, 'spilled', page['cookie']?.split('=')[1] ?? '?']) assert.ok(!text.includes(secret));
    });
  });
});

it('the origin of the tests is the one they ask', () => assert.equal(ORIGIN, `http://${HOST}`));
