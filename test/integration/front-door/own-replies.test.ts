/** What Headgate says itself, whether well or ill: kept by nobody, shown in no frame, read as nothing but what it is. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { routes } from '../../../src/http/routes.ts';
import { ownError } from '../../support/own-error.ts';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('a reply of Headgate’s own', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const ask = (path: string, { key = '', method = 'get', headers = {} } = {}) =>
    request(world.app.url)
      [method as 'get'](path)
      .set({ ...(key === '' ? {} : { authorization: `Bearer ${key}` }), ...headers });

  /** A path of each route, and what is answered by other hands. */
  const paths = [
    ...routes.map(({ path }) => path.replace('/ui/*', '/ui/').replace('/api/*', '/api/accounts').replace('/v1/*', '/v1/models')),
    '/api/nowhere',
    '/nowhere',
    '/ui/nowhere',
    '/ui/%2e%2e/x',
    '/callback?code=a&state=b',
    '/callback?error=access_denied',
  ];
  for (const path of paths) {
    it(`to ${path} has a content type that browsers keep to`, async () => {
      for (const key of ['', world.app.adminKey]) {
        const { headers } = await ask(path, { key });
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.match(headers['content-type'] ?? '', /^(application\/json|text\/(html|plain|javascript|css); )/);
      }
    });
    if (path === '/ui/') continue;
    it(`to ${path} is kept by nobody, whatever the client has of it already`, async () => {
      for (const key of ['', world.app.adminKey]) {
        const { headers, status } = await ask(path, { key, headers: { 'if-none-match': '*', range: 'bytes=0-1' } });
        assert.equal(headers['cache-control'], 'no-store');
        assert.ok(status !== 304 && status !== 206, String(status));
      }
    });
  }

  for (const path of ['/', '/health', '/ui/', '/callback', '/api/accounts', '/api/auth/session', '/metrics']) {
    it(`to ${path} is framed by no page and tells no other site where it was asked`, async () => {
      const { headers } = await ask(path, { key: world.app.adminKey });
      const policy = headers['content-security-policy'] ?? '';
      for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
        assert.ok(policy.includes(rule), policy);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
      assert.deepEqual(
        ['referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy'].map((name) => headers[name]),
        ['no-referrer', 'same-origin', 'same-origin'],
      );
    });
  }

  it('does not tell by what it was made', async () => {
    for (const path of paths) {
      const { headers } = await ask(path);
      assert.deepEqual([headers['x-powered-by'], headers['server']], [undefined, undefined], path);
    }
  });

  for (const path of [
    '/ui/../package.json',
    '/ui/%2e%2e/package.json',
    '/ui/..%2fpackage.json',
    '/ui/..\\package.json',
    '/ui//etc/passwd',
    '/ui/.env',
    '/ui/.git/config',
    '/ui/style.css.map',
    '/ui/%00',
    '/ui/assets/constructor',
    '/ui/assets/__proto__',
  ]) {
    it(`to ${path} is no file`, async () => {
      // As it is written; HTTP libraries would resolve the dots.
      const bytes = rawRequest(`GET ${path} HTTP/1.1`, ['host: localhost', 'connection: close']);
      const { status } = ownError((await sendRaw(world.app.url, bytes)).text);
      assert.ok(status === 400 || status === 404, String(status));
    });
  }
});
