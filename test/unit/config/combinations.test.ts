/** Combinations that are refused although each value is right, and their neighbours that are not. */
import assert from 'node:assert/strict';
import { faultsOf, resolveSources } from '../../support/config-sources.ts';

const STRONG = '9f3c1a7be24d80655ae1';
const open = (more: string, auth = '') => `server:\n  host: 0.0.0.0\n${more}${auth && `auth:\n  ${auth}\n`}`;
const PROXY = '  trusted_proxies: [10.0.0.1]\n';

describe('a combination is refused:', () => {
  const refused: [string, string, { line: number; key: string; found: string }][] = [
    [
      'a bind to all addresses without TLS in front',
      open(''),
      {
        line: 2,
        key: 'server.host',
        found: 'server.host "0.0.0.0", server.trusted_proxies an empty list, server.allow_insecure false',
      },
    ],
    [
      'an admin key under 20 characters beyond loopback',
      open(PROXY, 'api_key: 9f3c1a7be24d80655ae'),
      { line: 5, key: 'auth.api_key', found: 'a key of fewer than 20 characters' },
    ],
    [
      'a sample admin key beyond loopback',
      open(PROXY, 'api_key: change-me-to-a-long-random-string'),
      { line: 5, key: 'auth.api_key', found: 'a sample key, or one of a simple pattern' },
    ],
    [
      'an open /v1 beyond loopback',
      open(PROXY, 'require_client_key: false'),
      { line: 5, key: 'auth.require_client_key', found: 'auth.require_client_key false, server.host "0.0.0.0"' },
    ],
    [
      'a wait for the reply under the one for the connection',
      'server:\n  response_timeout: 4s\n',
      { line: 2, key: 'server.response_timeout', found: 'server.response_timeout "4s", server.connect_timeout "5s"' },
    ],
    [
      'an automatic return by a name that is not known as its own',
      'oauth:\n  redirect_uri: https://gate.example.org/oauth/callback\n',
      {
        line: 2,
        key: 'oauth.redirect_uri',
        found: 'oauth.redirect_uri "https://gate.example.org/oauth/callback", server.public_url nothing',
      },
    ],
    [
      'one body larger than all together',
      'server:\n  max_body_size: 512mb\n',
      { line: 2, key: 'server.max_body_size', found: 'server.max_buffered "256mb", server.max_body_size "512mb"' },
    ],
    [
      'a default cooldown over the longest',
      'accounts:\n  max_cooldown: 30m\n',
      { line: 2, key: 'accounts.max_cooldown', found: 'accounts.default_cooldown "1h", accounts.max_cooldown "30m"' },
    ],
    [
      'a first delay over the longest',
      'retry:\n  base_delay: 11s\n',
      { line: 2, key: 'retry.base_delay', found: 'retry.base_delay "11s", retry.max_delay "10s"' },
    ],
  ];
  for (const [what, file, fault] of refused) {
    it(what, () => {
      const named = faultsOf({ file }).map(({ source, line, key, found }) => ({ source, line, key, found }));
      assert.deepEqual(named, [{ source: 'config.yaml', ...fault }]);
    });
  }

  for (const host of ['::', '10.0.0.1', 'example.org', 'localhost.example.org', '::ffff:10.0.0.1']) {
    it(`a bind to ${host} as to all addresses`, () => {
      assert.deepEqual(
        faultsOf({ flags: { host } }).map(({ source, key }) => [source, key]),
        [['flag --host', 'server.host']],
      );
    });
  }
});

describe('a combination is accepted:', () => {
  const accepted: [string, string][] = [
    ['a bind beyond loopback behind a proxy, with a strong key', open(PROXY, `api_key: ${STRONG}`)],
    ['a bind beyond loopback behind a proxy, with a generated key', open(PROXY)],
    ['a bind beyond loopback that is said to be insecure', open('  allow_insecure: true\n')],
    ['a short admin key on loopback', 'auth:\n  api_key: short\n'],
    ['an open /v1 on loopback', 'server:\n  host: ::1\nauth:\n  require_client_key: false\n'],
    [
      'an automatic return under its public URL',
      'server:\n  public_url: https://gate.example.org\noauth:\n  redirect_uri: https://gate.example.org/oauth/callback\n',
    ],
    ['an automatic return on this machine', 'oauth:\n  redirect_uri: http://localhost:4000/callback\n'],
    ['equal timeouts', 'server:\n  response_timeout: 5s\n'],
    ['one body as large as all together', 'server:\n  max_body_size: 256mb\n'],
    ['equal cooldowns', 'accounts:\n  max_cooldown: 1h\n'],
    ['equal delays', 'retry:\n  base_delay: 10s\n'],
  ];
  for (const [what, file] of accepted) {
    it(what, () => assert.ok(resolveSources({ file }).config));
  }
});

describe('rules between keys', () => {
  it('say nothing about a key that is wrong by itself', () => {
    assert.deepEqual(
      faultsOf({ file: 'retry:\n  base_delay: 11s\n  max_delay: 10 s\n' }).map(({ line }) => line),
      [3],
    );
  });

  it('say nothing when the file cannot be read', () => {
    assert.deepEqual(
      faultsOf({ file: 'server: [', environment: { SERVER__HOST: '0.0.0.0' } }).filter(({ key }) => key !== '(syntax)'),
      [],
    );
  });

  it('are looked at besides the faults of other keys', () => {
    assert.deepEqual(
      faultsOf({ file: 'retry:\n  base_delay: 11s\nlogger:\n  level: x\n' }).map(({ key }) => key),
      ['logger.level', 'retry.base_delay'],
    );
  });
});
