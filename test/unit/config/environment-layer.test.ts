/** Environment variables and flags: names, values, and the faults of both. */
import assert from 'node:assert/strict';
import { variableOf } from '../../../src/config/environment-layer.ts';
import { type Config, knownKeys } from '../../../src/config/schema.ts';
import { faultsOf, resolveSources } from '../../support/config-sources.ts';

const fromEnvironment = (environment: Record<string, string>) => resolveSources({ environment }).config;

describe('the environment', () => {
  const values: [string, string, (config: Config) => unknown, unknown][] = [
    ['LOGGER__LEVEL', 'debug', ({ logger }) => logger.level, 'debug'],
    ['SERVER__PORT', '8080', ({ server }) => server.port, 8080],
    ['SERVER__DRAIN_DELAY', '0', ({ server }) => server.drainDelayMs, 0],
    ['SERVER__STREAM_IDLE_TIMEOUT', '1m30s', ({ server }) => server.streamIdleTimeoutMs, 90_000],
    ['SERVER__MAX_BODY_SIZE', '1048576', ({ server }) => server.maxBodyBytes, 1_048_576],
    ['SERVER__MAX_BODY_SIZE', '1mb', ({ server }) => server.maxBodyBytes, 1_048_576],
    ['ACCOUNTS__MAX_CONCURRENCY', '4', ({ accounts }) => accounts.maxConcurrency, 4],
    ['ACCOUNTS__MAX_UTILIZATION', '0.85', ({ accounts }) => accounts.maxUtilization, 0.85],
    ['RETRY__ENABLED', 'false', ({ retry }) => retry.enabled, false],
    ['SERVER__TRUSTED_PROXIES', '10.0.0.1, fd00::/8,', ({ server }) => server.trustedProxies, ['10.0.0.1', 'fd00::/8']],
    ['SERVER__TRUSTED_PROXIES', '["10.0.0.1","10.0.0.2"]', ({ server }) => server.trustedProxies, ['10.0.0.1', '10.0.0.2']],
    ['SERVER__TRUSTED_PROXIES', '', ({ server }) => server.trustedProxies, []],
    ['SERVER__ALLOWED_HOSTS', 'Box.Example.Org', ({ server }) => server.allowedHosts, ['box.example.org']],
    ['ACCOUNTS__REFRESH_CRON', '*/5 * * * *', ({ accounts }) => accounts.refreshCron, '*/5 * * * *'],
    ['AUTH__API_KEY', '12345678901234567890123', ({ auth }) => auth.apiKey, '12345678901234567890123'],
    ['AUTH__API_KEY', '@a#b:c*{d', ({ auth }) => auth.apiKey, '@a#b:c*{d'],
    ['AUTH__API_KEY', '"quoted"', ({ auth }) => auth.apiKey, 'quoted'],
    ['OAUTH__CLIENT_ID', '12345', ({ oauth }) => oauth.clientId, '12345'],
    ['OAUTH__CLIENT_ID', '', ({ oauth }) => oauth.clientId, undefined],
    ['CLAUDE__BASE_URL', 'http://127.0.0.1:4010/', ({ claude }) => claude.baseUrl, 'http://127.0.0.1:4010'],
  ];
  for (const [variable, text, read, expected] of values) {
    it(`sets ${variable} to what ${JSON.stringify(text)} says`, () =>
      assert.deepEqual(read(fromEnvironment({ [variable]: text })), expected));
  }

  it('reaches every key, whether or not it stands in the file', () => {
    for (const { path, setting } of knownKeys.values()) {
      const written = Array.isArray(setting.default)
        ? ''
        : String(setting.default ?? (setting.kind === 'integer' ? 7 : 'https://x'));
      const { origins } = resolveSources({ environment: { [variableOf(path)]: written } });
      assert.deepEqual(origins.get(path), { kind: 'environment', variable: variableOf(path) });
    }
  });

  const unknown: [string, string | undefined][] = [
    ['AUTH__APIKEY', 'did you mean AUTH__API_KEY?'],
    ['SERVER__PROT', 'did you mean SERVER__PORT?'],
    ['SERVER__', undefined],
    ['SERVER__PORT__X', 'did you mean SERVER__PORT?'],
    ['SERVER__port', 'did you mean SERVER__PORT?'],
    ['SERVER____PROTO__', undefined],
    ['AUTH__API_KEY_FILE', undefined],
  ];
  for (const [variable, hint] of unknown) {
    it(`is refused for ${variable}, which is named without its value`, () => {
      const [fault, ...more] = faultsOf({ environment: { [variable]: 'hunter2' } });
      assert.deepEqual([fault?.source, fault?.found, more], [`environment variable ${variable}`, 'an unknown variable', []]);
      assert.doesNotMatch(JSON.stringify(fault), /hunter2/);
      if (hint !== undefined) assert.equal(fault?.hint, hint);
    });
  }

  for (const variable of [
    'PATH',
    'SERVER',
    'SERVER_PORT',
    'SERVERS__PORT',
    'server__port',
    '__PROTO____X',
    '__',
    'npm_config__x',
    'HEADGATE_CONFIG',
  ]) {
    it(`leaves ${variable} alone`, () => assert.deepEqual(fromEnvironment({ [variable]: 'x' }), fromEnvironment({})));
  }

  const wrong: [string, string, string][] = [
    ['SERVER__PORT', 'many', '"many"'],
    ['SERVER__PORT', '', 'nothing'],
    ['SERVER__PORT', '[1', '"[1"'],
    ['RETRY__ENABLED', 'yes', '"yes"'],
    ['LOGGER__LEVEL', '', 'nothing'],
    ['SERVER__TRUSTED_PROXIES', '["10.0.0.1"', '"[\\"10.0.0.1\\""'],
    ['SERVER__DRAIN_TIMEOUT', '30', '"30"'],
    ['AUTH__API_KEY', '', 'an empty text'],
    ['AUTH__API_KEY', '""', 'an empty text'],
    ['AUTH__API_KEY', 'hunter 2', 'a value that is not shown, because the key is secret'],
  ];
  for (const [variable, text, found] of wrong) {
    it(`is refused for ${variable}=${text}`, () => {
      const faults = faultsOf({ environment: { [variable]: text } }).map((fault) => [fault.source, fault.found]);
      assert.deepEqual(faults, [[`environment variable ${variable}`, found]]);
    });
  }
});

describe('flags', () => {
  it('set host, port and data folder', () => {
    const { config } = resolveSources({ flags: { host: 'localhost', port: '0', data: '/srv/headgate' } });
    assert.deepEqual([config.server.host, config.server.port, config.storage.dataFolder], ['localhost', 0, '/srv/headgate']);
  });

  it('may be numbers already', () => assert.equal(resolveSources({ flags: { port: 81 } }).config.server.port, 81));

  it('are refused by name', () => {
    const faults = faultsOf({ flags: { host: 'http://x', port: '70000', data: '' } });
    assert.deepEqual(
      faults.map(({ source, key, found }) => [source, key, found]),
      [
        ['flag --host', 'server.host', '"http://x"'],
        ['flag --port', 'server.port', '70000'],
        ['flag --data', 'storage.data_folder', 'nothing'],
      ],
    );
  });
});
