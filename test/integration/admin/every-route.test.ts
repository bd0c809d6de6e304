/** Each route of the administration, taken from the router itself, has its audience, also one that is new. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminRoutesOf } from '../../support/admin-routes.ts';
import { ADMIN_KEY, type AdminWorld, adminWorld, cookieOf } from '../../support/admin-world.ts';

/** Open to anybody; everything else needs the operator. A route does not get in here by being written. */
const PUBLIC = ['POST /auth/login', 'GET /auth/session'];
/** Fit for every route, so that nothing but the audience decides. */
const idIn = (path: string): string => path.replaceAll(/:\w+/g, 'none');

describe('every route of the administration', () => {
  let world: AdminWorld;
  let routes: readonly string[];
  let secret: string;
  let page: Record<string, string>;
  let server: Server;
  let origin: string;
  before(async () => {
    world = await adminWorld();
    server = createServer(world.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    routes = adminRoutesOf(world.app);
    secret = (await world.aKey('user')).secret;
    page = { ...(await world.signIn()), origin };
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await world.close();
  });

  /** By its head alone: some replies have no end. */
  async function statusOf(method: string, path: string, headers: Record<string, string> | null): Promise<number> {
    const body = method === 'GET' ? {} : { body: '{}' };
    const reply = await fetch(`${origin}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...body,
    });
    await reply.body?.cancel();
    return reply.status;
  }

  /** What each route answers to the headers; `except`: routes that are not asked. */
  async function statuses(
    headers: Record<string, string> | null,
    except: readonly string[] = [],
  ): Promise<Record<string, number>> {
    const answers: Record<string, number> = {};
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      if (!except.includes(route)) answers[route] = await statusOf(method, idIn(path), headers);
    }
    return answers;
  }
  const refused = (answers: Record<string, number>, status: number): readonly string[] =>
    Object.keys(answers).filter((route) => answers[route] === status);
  const rest = (except: readonly string[]): readonly string[] => routes.filter((route) => !except.includes(route));

  it('is found', () => {
    for (const known of [...PUBLIC, 'POST /accounts', 'DELETE /keys/:id', 'POST /auth/logout', 'GET /admin/statistics'])
      assert.ok(routes.includes(known), known);
    assert.ok(routes.length >= 20, routes.join());
  });

  it('answers 401 to who brings nothing, but for signing in and asking whether one is', async () => {
    assert.deepEqual(refused(await statuses(null), 401), rest(PUBLIC));
  });

  it('answers 403 to a key for the Claude API', async () => {
    const answers = await statuses({ authorization: `Bearer ${secret}` });
    assert.deepEqual(refused(answers, 403), rest(PUBLIC));
  });

  it('answers 403 to a page of another site that has the session, where it would change something', async () => {
    const answers = await statuses({ ...page, origin: 'https://evil.example' });
    const reads = routes.filter((route) => route.startsWith('GET '));
    assert.deepEqual(refused(answers, 403), rest([...PUBLIC, ...reads]));
    for (const route of reads) assert.ok(![401, 403].includes(answers[route] ?? 0), route);
  });

  it('lets the operator pass, by key and by session', async () => {
    for (const headers of [{ authorization: `Bearer ${ADMIN_KEY}` }, page]) {
      const answers = await statuses(headers, ['POST /auth/logout', 'POST /admin-key/rotate', ...PUBLIC]);
      assert.deepEqual([...refused(answers, 401), ...refused(answers, 403)], []);
    }
  });

  it('takes no session that nobody opened here, nor one that was closed', async () => {
    const own = cookieOf(await world.call('POST', '/api/auth/login', { headers: null, body: { api_key: ADMIN_KEY } }));
    assert.equal(await statusOf('POST', '/auth/logout', { ...page, cookie: own }), 204);
    for (const cookie of [own, 'headgate_session=', 'headgate_session={}', 'headgate_session=__proto__', 'headgate_session=null'])
      assert.equal(await statusOf('GET', '/accounts', { cookie }), 401, cookie);
  });
});
