import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOffLimits, readTarget, withoutDoubleVersion } from '../../../src/core/request-target.ts';

const bad: readonly string[] = [
  'v1/messages',
  'http://evil.example/v1/messages',
  '*',
  '/v1/../api',
  '/v1/./messages',
  '/v1/%2e%2e/api',
  '/v1/.%2E/api',
  '/v1/..%2fapi',
  '/v1/..;/api',
  '/v1/..;x=1/api',
  '/v1/%2e.%3b/api',
  '/v1/.;/api',
  '/v1/%252e%252e/api',
  '/v1/a%252fb',
  '/v1/a%255cb',
  '/v1/a%2500',
  '/v1/%25252e/api',
  '/v1/%c0%ae%c0%ae/api',
  '/v1/a%5cb',
  '/v1\\messages',
  '//evil/v1',
  '/v1//messages',
  '/v1/%00',
  '/v1/%zz',
  '/v1/messages?x=%e',
  '/v1/%ff',
  '/v1/a b',
  '/v1/ä',
  '/v1/messages#fragment',
];

describe('the request target', () => {
  for (const target of bad) {
    it(`is malformed when servers could read it differently: ${target}`, () =>
      assert.equal(readTarget(target).kind, 'malformed'));
  }

  it('is kept byte for byte', () => {
    const reading = readTarget('/v1/messages?beta=true&x=%20');
    assert.deepEqual(reading, { kind: 'fine', target: { path: '/v1/messages', raw: '/v1/messages?beta=true&x=%20' } });
  });

  it('never names another path once it is decoded and normalised', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', '.', '%2e', '%2f', 'a', 'v1', '\\', '%5c', '?', '%41', ';', '%25'), { maxLength: 12 }),
        (parts) => {
          const raw = `/${parts.join('')}`;
          const reading = readTarget(raw);
          if (reading.kind === 'malformed') return;
          const normalised = new URL(`http://h${raw}`).pathname;
          assert.equal(decodeURIComponent(normalised), decodeURIComponent(reading.target.path));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads the same of what it has read, and stands any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webPath(), fc.webUrl()), (raw) => {
        const reading = readTarget(raw);
        if (reading.kind === 'malformed') return;
        const { target } = reading;
        assert.deepEqual(readTarget(target.raw), reading);
        assert.deepEqual(readTarget(target.path), { kind: 'fine', target: { path: target.path, raw: target.path } });
        const once = withoutDoubleVersion(target);
        assert.equal(readTarget(once.raw).kind, 'fine');
        assert.doesNotThrow(() => isOffLimits(once.path));
      }),
      { numRuns: 2000 },
    );
  });

  it('loses a doubled version, once', () => {
    const doubled = (raw: string) => withoutDoubleVersion({ path: raw.split('?')[0] ?? '', raw }).raw;
    assert.equal(doubled('/v1/v1/messages?a=1'), '/v1/messages?a=1');
    assert.equal(doubled('/v1/v1x'), '/v1/v1x');
    assert.equal(doubled('/v1/messages'), '/v1/messages');
  });

  it('is off limits for identity and administration, however it is written', () => {
    for (const path of [
      '/v1/organizations',
      '/v1/oauth/token',
      '/v1/%6fauth/x',
      '/v1/Organizations/x',
      '/v1/organizations;x=1/users',
      '/v1/organizations%3b/users',
      '/v1/organizations%20/users',
      '/v1/%20oauth/token',
      '/v1/oauth.json',
      '/v1/oauth%09',
    ])
      assert.ok(isOffLimits(path), path);
    for (const path of ['/v1/messages', '/v1/oauthx', '/v1/oauth-apps', '/v1/oauth_apps', '/v1/files/oauth'])
      assert.ok(!isOffLimits(path), path);
  });
});
