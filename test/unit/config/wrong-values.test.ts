/** Each key's bounds: every value here must stop the start with one fault that names file, line, key, what was found and what is allowed. */
import assert from 'node:assert/strict';
import { knownKeys } from '../../../src/config/schema.ts';
import { faultsOf, resolveSources } from '../../support/config-sources.ts';

const wrong: Record<string, string[]> = {
  'server.host': ['""', '"[::1]"', 'http://x', '1', 'a b', '[a]'],
  'server.port': ['-1', '65536', '1.5', '"4000"', 'many', 'true', '.nan', '.inf'],
  'server.stream_idle_timeout': ['0s', '2h', '30', '-1s', 'soon', 'true', '""'],
  'server.response_timeout': ['0', '61m', '600'],
  'server.connect_timeout': ['0s', '6m'],
  'server.max_body_size': ['0', '2gb', '-1', '1.5', 'big', '32m'],
  'server.max_buffered': ['0', '65gb'],
  'server.trusted_proxies': ['10.0.0.0/8', '[10.0.0.0/33]', '[0.0.0.0/0]', '[true]', 'true'],
  'server.allow_insecure': ['yes', '"true"', '1', 'on'],
  'server.public_url': ['""', 'example.org', 'ftp://a', 'https://u:p@a', 'https://a/b', 'https://a?b'],
  'server.allowed_hosts': ['["*"]', '["a:80"]', '["https://a"]', 'a'],
  'server.cors_origins': ['["*"]', '["https://a/"]', '["null"]'],
  'server.drain_timeout': ['-1s', '2h'],
  'server.drain_delay': ['6m', '5'],
  'server.rate_limit_headers': ['hide', 'true'],
  'logger.level': ['trace', 'INFO', '""', '3'],
  'logger.format': ['xml'],
  'auth.api_key': ['""', '"a b"', '"käse"', '12345', '[a]'],
  'auth.require_client_key': ['no', '"false"'],
  'auth.session_ttl': ['0s', '31d'],
  'oauth.client_id': ['""', '12345', '"a b"'],
  'oauth.authorize_url': ['""', 'http://example.org/a', 'https://u@a/b', 'https://a/b#c', 'claude.ai'],
  'oauth.token_url': ['http://example.org/a', 'https://u:p@a/b', 'javascript:x'],
  'oauth.redirect_uri': ['http://example.org/a', 'https://a/b#c', '/callback'],
  'oauth.scope': ['""', '"a  b"', '" a"', '"a\\nb"', '[a]'],
  'oauth.token_request_format': ['xml'],
  'oauth.timeout': ['0s', '6m', '30'],
  'claude.base_url': ['""', 'http://example.org', 'https://u:p@a', 'https://a/v1', 'https://a/?b', 'https://a#b', 'a'],
  'claude.oauth_beta': ['""', '"a,b"', '"a b"', '"a\\r\\nb"'],
  'claude.unknown_paths': ['allow'],
  'claude.proxy_url': ['""', 'proxy:3128', 'socks5://a', 'http://a/b', 'http://a?b', '"http://a b"'],
  'claude.no_proxy': ['a', '[""]', '["a b"]', '[10.0.0.0/8]', '[https://a]'],
  'storage.data_folder': ['""', '" "', '1', '"a\\0b"'],
  'storage.encryption_key': ['short', '[short]', '["AAAA"]', '[true]'],
  'accounts.refresh_cron': ['""', 'hourly', '"* * * *"', '"61 * * * *"'],
  'accounts.refresh_buffer': ['2h', '-1s'],
  'accounts.keep_inactive_fresh': ['"no"'],
  'accounts.default_cooldown': ['0s', '8d'],
  'accounts.max_cooldown': ['0s', '8d'],
  'accounts.idle_threshold': ['59m', '366d'],
  'accounts.auto_deactivate': ['"no"'],
  'accounts.max_concurrency': ['0', '10001', '1.5', 'many'],
  'accounts.max_utilization': ['0', '1.01', '80%'],
  'accounts.allow_overage': ['"no"'],
  'accounts.static': [
    'a',
    '[a]',
    '[{name: a}]',
    '[{name: a, api_key: sk-ant-1234567890}]',
    '[{name: a, api_key: "env:A", access_token: "env:B"}]',
    '[{name: a, api_key: "env:A"}, {name: A, api_key: "env:B"}]',
    '[{name: a, api_key: "env:A", priority: 1.5}]',
    '[{name: a, api_key: "env:A", prio: 1}]',
  ],
  'keys.static': [
    '[{name: a}]',
    '[{name: a, key: hg_abc}]',
    '[{name: a, key: "env:A", role: owner}]',
    '[{name: "", key: "env:A"}]',
  ],
  'session.enabled': ['"true"', '1'],
  'session.max_concurrent': ['0', '10001', '1.5'],
  'session.session_ttl': ['0s', '8d', '300'],
  'session.cleanup_interval': ['0s', '2d', 'often'],
  'balancer.policy': ['random', '""'],
  'balancer.affinity': ['true', 'session'],
  'balancer.affinity_ttl': ['0s', '8d'],
  'balancer.move_cold': ['"no"'],
  'retry.enabled': ['"true"'],
  'retry.max_attempts': ['0', '11', '2.5'],
  'retry.base_delay': ['2m', '-1s'],
  'retry.max_delay': ['6m'],
  'retry.max_elapsed': ['2h', '60'],
  'retry.wait_for_account': ['2m', '-1s'],
  'retry.ambiguous': ['maybe'],
  'metrics.enabled': ['0'],
  'health.public': ['"no"', '1'],
};

describe('a wrong value of', () => {
  it('every key is tried here', () => assert.deepEqual(Object.keys(wrong), [...knownKeys.keys()]));

  for (const [path, values] of Object.entries(wrong)) {
    const [section, key] = path.split('.');
    const allowed = knownKeys.get(path)?.setting.allowed;
    for (const value of values) {
      it(`${path} stops the start, naming its line: ${value}`, () => {
        const faults = faultsOf({ file: `# a comment\n\n${section}:\n  ${key}: ${value}\n` });
        const named = faults.map(({ source, line, key, allowed }) => ({ source, line, key, allowed }));
        assert.deepEqual(named, [{ source: 'config.yaml', line: 4, key: path, allowed }]);
      });
    }
    it(`${path} that is missing after its colon is refused, unless the key is optional`, () => {
      const file = `${section}:\n  ${key}:\n`;
      if (knownKeys.get(path)?.setting.default === null) assert.ok(resolveSources({ file }));
      else
        assert.deepEqual(
          faultsOf({ file }).map(({ found }) => found),
          ['nothing'],
        );
    });
  }
});
