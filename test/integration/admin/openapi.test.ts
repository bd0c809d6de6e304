/** The administration API describes itself, as it is. */
import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { routeOf } from '../../../src/http/routes.ts';
import { adminRoutesOf } from '../../support/admin-routes.ts';
import { ADMIN_KEY, type AdminWorld, adminWorld } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';
import { assertDocumented, documentedOperations } from '../../support/documented.ts';
import { aRequestRecord, aRunningRequest } from '../../support/request-records.ts';
import { startWorld } from '../../support/start-app.ts';

describe('the OpenAPI document', () => {
  let world: AdminWorld;
  let document: Record<string, unknown>;
  before(async () => {
    world = await adminWorld();
    document = (await world.call('GET', '/api/openapi.json')).body;
  });
  after(() => world.close());

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 2));
    assert.equal(validator.version, '3.1');
  });

  it('names every route that exists, and none beside', () => {
    const real = adminRoutesOf(world.app).map((route) => route.replace(' ', ' /api').replaceAll(/:(\w+)/g, '{$1}'));
    assert.deepEqual(
      [...documentedOperations.keys()].toSorted(),
      real.toSorted(),
      'a route and its row in src/admin/openapi/operations.ts come and go together',
    );
  });

  it('says of every route what the table of routes says: who may use it', () => {
    for (const [name, { security }] of documentedOperations) {
      const [method = '', path = ''] = name.split(' ');
      assert.equal(routeOf(method, path)?.audience, security.length === 0 ? 'anyone' : 'admin', name);
    }
  });

  it('gives each operation a name of its own', () => {
    const ids = [...documentedOperations.values()].map(({ operationId }) => operationId);
    assert.deepEqual([...new Set(ids)], ids);
  });

  it('shows every schema that it holds somewhere', () => {
    const text = JSON.stringify(document);
    const { schemas } = document['components'] as { schemas: Record<string, unknown> };
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    assert.deepEqual(unused, []);
  });
});

/** One call for each reply that is no refusal. `world.call` holds each against the document as it comes. */
async function askEverything({ call, ...world }: AdminWorld): Promise<Set<string>> {
  const seen = new Set<string>();
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string> | null) => {
    const reply = await call(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
    seen.add(`${assertDocumented(method, path, reply)} ${reply.status}`);
    return reply.body;
  };
  const login = async (body: object) => {
    const { authorization_url } = await ask('POST', '/api/oauth/authorize', body);
    const { code, state } = world.simulator.approve(authorization_url, 'acc_1');
    return { code, state };
  };
  await world.anAccountWith({ endsIn: HOUR });
  const { id } = (await ask('POST', '/api/accounts', await login({}))).account;
  await ask('POST', '/api/accounts', await login({ account_id: id }));
  const account = `/api/accounts/${id}`;
  for (const path of ['', '/serving', '/windows', '/events']) await ask('GET', `${account}${path}`);
  for (const path of ['/refresh', '/test', '/clear-limit', '/prefer']) await ask('POST', `${account}${path}`);
  await ask('PATCH', account, { priority: 1 });
  await ask('PUT', account, { priority: 2 });
  const passphrase = 'correct horse battery';
  const { archive } = await ask('POST', '/api/accounts/export', { passphrase });
  await ask('POST', '/api/accounts/import', { archive, passphrase });
  await ask('DELETE', account);
  await ask('GET', '/api/accounts');

  const key = await ask('POST', '/api/keys', { name: 'laptop' });
  await ask('GET', '/api/keys');
  await ask('GET', `/api/keys/${key.id}`);
  await ask('PATCH', `/api/keys/${key.id}`, { enabled: false });
  await ask('POST', `/api/keys/${key.id}/rotate`);
  await ask('DELETE', `/api/keys/${key.id}`);

  world.requests.record(aRequestRecord({ id: 'hgr_1' }));
  await ask('GET', '/api/requests');
  await ask('GET', '/api/requests/hgr_1/why');
  world.clients.begin({ apiKeyId: null, address: '192.0.2.1', userAgent: 'agent' }, aRunningRequest(), true);
  const [session] = (await ask('GET', '/api/sessions')).data;
  await ask('GET', `/api/sessions/${session.id}`);
  await ask('DELETE', `/api/sessions/${session.id}`);

  const instance = [
    '/api/events/recent',
    '/api/admin/statistics',
    '/api/settings',
    '/api/audit',
    '/api/logs',
    '/api/auth/session',
    '/api/openapi.json',
  ];
  for (const path of instance) await ask('GET', path);
  await ask('PATCH', '/api/settings', { values: { 'retry.max_attempts': 2 } });
  await ask('POST', '/api/auth/login', { api_key: ADMIN_KEY }, null);
  await ask('POST', '/api/auth/logout', undefined, await world.signIn());
  await ask('POST', '/api/admin-key/rotate');
  return seen;
}

describe('the replies of the administration API', () => {
  it('fit the document, each that it promises', async () => {
    const world = await adminWorld();
    try {
      const seen = await askEverything(world);
      const promised = [...documentedOperations].flatMap(([name, { responses }]) =>
        Object.keys(responses)
          .filter((status) => status.startsWith('2'))
          .map((status) => `${name} ${status}`),
      );
      // A stream has no end; its head is looked at below.
      assert.deepEqual([...seen].toSorted(), promised.filter((reply) => reply !== 'GET /api/events 200').toSorted());
    } finally {
      await world.close();
    }
  });

  it('fit it where it is a stream', async () => {
    const world = await startWorld();
    const reply = await fetch(`${world.app.url}/api/events`, { headers: { authorization: `Bearer ${world.app.adminKey}` } });
    await reply.body?.cancel();
    assertDocumented('GET', '/api/events', {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      body: null,
    });
    await world.stop();
  });
});
