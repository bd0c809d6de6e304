/** Precedence, origins, all faults at once, and a result that nothing can change. */
import assert from 'node:assert/strict';
import { knownKeys } from '../../../src/config/schema.ts';
import { testConfig } from '../../support/config.ts';
import { faultsOf, resolveSources, type TestSources } from '../../support/config-sources.ts';

describe('precedence', () => {
  const file = 'server:\n  port: 1\nlogger:\n  level: error\n';
  const ladder: [string, TestSources, unknown][] = [
    ['the default where nothing is said', {}, ['info', { kind: 'default' }]],
    ['the file over the default', { file }, ['error', { kind: 'file', file: 'config.yaml', line: 4 }]],
    ['settings over the file', { file, settings: { logger: { level: 'warn' } } }, ['warn', { kind: 'settings' }]],
    [
      'the environment over settings',
      { file, settings: { logger: { level: 'warn' } }, environment: { LOGGER__LEVEL: 'debug' } },
      ['debug', { kind: 'environment', variable: 'LOGGER__LEVEL' }],
    ],
  ];
  for (const [what, sources, expected] of ladder) {
    it(`takes ${what}, and knows the origin`, () => {
      const { config, origins } = resolveSources(sources);
      assert.deepEqual([config.logger.level, origins.get('logger.level')], expected);
    });
  }

  it('takes a flag over the environment, and knows the origin', () => {
    const { config, origins } = resolveSources({ file, environment: { SERVER__PORT: '2' }, flags: { port: '3' } });
    assert.deepEqual([config.server.port, origins.get('server.port')], [3, { kind: 'flag', flag: '--port' }]);
  });

  it('lets an empty variable take an optional value away', () => {
    const { config } = resolveSources({ file: 'oauth:\n  client_id: a\n', environment: { OAUTH__CLIENT_ID: '' } });
    assert.equal(config.oauth.clientId, undefined);
  });

  it('knows an origin for every key', () => assert.deepEqual([...resolveSources({}).origins.keys()], [...knownKeys.keys()]));
});

describe('faults', () => {
  it('are listed all at once, source by source and line by line', () => {
    const faults = faultsOf({
      file: 'server:\n  port: x\n  prot: 1\n  host: "[::1]"\nfoo: 1\nretry:\n  max_attempts: 99\n',
      settings: { logger: { level: 'x' }, bar: 1 },
      environment: { SERVER__NOPE: '1', LOGGER__FORMAT: 'xml' },
      flags: { port: 'y' },
    });
    const places = faults.map(({ source, line, key }) => `${source}${line === undefined ? '' : `:${line}`} ${key}`);
    assert.deepEqual(places, [
      'config.yaml:2 server.port',
      'config.yaml:3 server.prot',
      'config.yaml:4 server.host',
      'config.yaml:5 foo',
      'config.yaml:7 retry.max_attempts',
      'data/settings.json bar',
      'data/settings.json logger.level',
      'environment variable SERVER__NOPE server.nope',
      'environment variable LOGGER__FORMAT logger.format',
      'flag --port server.port',
    ]);
  });

  it('include a wrong value that a stronger source hides', () => {
    const faults = faultsOf({ file: 'logger:\n  level: loud\n', environment: { LOGGER__LEVEL: 'info' } });
    assert.deepEqual(
      faults.map(({ source, line }) => [source, line]),
      [['config.yaml', 2]],
    );
  });

  it('never hold the value of a secret, wherever it stands', () => {
    const secret = 'hunter2 hunter2';
    const texts = [
      `auth:\n  api_key: ${secret}\n`,
      `auth:\n  api_key: [${secret}]\n`,
      `auth:\n  api_key: {a: ${secret}}\n`,
      `auth:\n  api_keyy: ${secret}\n`,
      `auth: ${secret}\n`,
      `api_key: ${secret}\n`,
      `${secret}\n`,
      `auth:\n  api_key: "${secret}\n`,
      `auth:\n  api_key: ${secret}: x\n`,
      `auth:\n  api_key: *hunter2\n`,
      `auth:\n  api_key: a\n  api_key: ${secret}\n`,
      `claude:\n  base_url: https://hunter2@x\n`,
      `claude:\n  base_url: https://x?hunter2\n`,
    ];
    const all = [
      ...texts.flatMap((file) => faultsOf({ file })),
      ...faultsOf({ settings: { auth: { api_key: secret, api_keyy: secret }, api_key: secret, claude: secret } }),
      ...faultsOf({ environment: { AUTH__API_KEY: secret, AUTH__API_KEYY: secret, AUTH__: secret } }),
      ...faultsOf({ file: 'server: {host: 0.0.0.0, allow_insecure: true}', environment: { AUTH__API_KEY: 'hunter2' } }),
    ];
    assert.equal(all.length >= texts.length, true);
    assert.doesNotMatch(JSON.stringify(all), /hunter2/);
  });
});

describe('settings made at run time', () => {
  const refused: [string, unknown, string, string][] = [
    ['a key that is fixed at start', { server: { port: 1 } }, 'server.port', '1'],
    ['an unknown key', { server: { prot: 1 } }, 'server.prot', 'an unknown key'],
    ['an unknown section', { servers: {} }, 'servers', 'an unknown key'],
    ['a section that is none', { server: [] }, 'server', 'a single value or a list'],
    ['a prototype', JSON.parse('{"__proto__":{"port":1}}'), '__proto__', 'an unknown key'],
    ['a prototype in a section', JSON.parse('{"server":{"__proto__":{"port":1}}}'), 'server.__proto__', 'an unknown key'],
    ['no object', [], '(file)', 'something else than an object'],
  ];
  for (const [what, settings, key, found] of refused) {
    it(`are refused for ${what}`, () => {
      assert.deepEqual(
        faultsOf({ settings }).map((fault) => [fault.source, fault.key, fault.found]),
        [['data/settings.json', key, found]],
      );
    });
  }
});

describe('the resolved configuration', () => {
  it('is frozen through and through', () => {
    const { config } = resolveSources({ file: 'server:\n  trusted_proxies: [10.0.0.1]\n' });
    const parts: unknown[] = [
      config,
      ...Object.values(config),
      ...Object.values(config).flatMap((section) => Object.values<unknown>(section)),
    ];
    assert.deepEqual(
      parts.filter((part) => !Object.isFrozen(part)),
      [],
    );
  });

  it('names durations by milliseconds, sizes by bytes, and the rest as in the file', () => {
    const { server, retry, oauth } = testConfig();
    assert.deepEqual(
      [
        server.streamIdleTimeoutMs,
        server.maxBodyBytes,
        server.maxBufferedBytes,
        retry.baseDelayMs,
        retry.maxAttempts,
        oauth.tokenRequestFormat,
      ],
      [330_000, 33_554_432, 268_435_456, 500, 3, 'json'],
    );
  });

  it('holds every key of the schema and nothing else', () => {
    const config = testConfig();
    const held = Object.entries(config).flatMap(([section, values]) =>
      Object.keys(values).map((property) => `${section}.${property}`),
    );
    assert.deepEqual(
      held,
      [...knownKeys.values()].map(({ section, property }) => `${section}.${property}`),
    );
  });
});
