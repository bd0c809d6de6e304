import assert from 'node:assert/strict';
import { checkConfig, faultFindings } from '../../../../src/cli/doctor/check-config.ts';
import { type ConfigOverrides, testConfig } from '../../../support/config.ts';

const SEALED = { storage: { encryptionKey: [Buffer.alloc(32, 1).toString('base64')] } };
const complaints = (over: ConfigOverrides) =>
  checkConfig(testConfig({ ...SEALED, ...over }), null)
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ verdict, message }) => `${verdict}: ${message}`);

describe('what the doctor says about the configuration', () => {
  it('is which file is fine, and nothing else where nothing deserves a word', () => {
    assert.equal(checkConfig(testConfig(SEALED), '/etc/config.yaml')[0]?.message, '/etc/config.yaml is fine.');
    assert.deepEqual(complaints({}), []);
  });

  it('is a warning when keys cross the network in clear', () => {
    const server = { host: '0.0.0.0', allowInsecure: true };
    const auth = { apiKey: 'a-made-up-admin-key-for-tests' };
    assert.match(complaints({ server, auth }).join(), /^warning: server\.host is 0\.0\.0\.0 and no TLS is in front/);
    assert.deepEqual(complaints({ server: { host: '0.0.0.0', trustedProxies: ['10.0.0.0/8'] }, auth }), []);
  });

  it('is a note when no key is asked for', () =>
    assert.match(complaints({ auth: { requireClientKey: false } }).join(), /^note: auth\.require_client_key is false/));

  it('is a note when credentials lie in clear', () =>
    assert.match(complaints({ storage: { encryptionKey: [] } }).join(), /^note: Credentials lie in clear/));

  it('is each fault with its place, and what is allowed', () => {
    const fault = {
      source: 'config.yaml',
      line: 2,
      key: 'server.port',
      found: '"many"',
      allowed: 'a whole number',
      hint: 'Try 4000.',
    };
    const [finding] = faultFindings([fault]);
    assert.equal(finding?.verdict, 'problem');
    assert.equal(finding?.message, 'config.yaml:2: server.port is "many".');
    assert.equal(finding?.remedy, 'Allowed is a whole number. Try 4000.');
  });
});
