/** What each answer of a token endpoint means, over real sockets. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import type { OAuthSettings } from '../../../src/oauth/oauth-settings.ts';
import { createTokenEndpoint } from '../../../src/oauth/token-endpoint.ts';
import type { TokenFaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { HOUR, NOW } from '../../support/builders.ts';
import { settingsFor } from '../../support/token-world.ts';

const status = (code: number, body: unknown, headers: Record<string, string> = {}): TokenFaultInput => ({
  kind: 'status',
  status: code,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
});
const html = { 'content-type': 'text/html' };
const good = { access_token: 'at', token_type: 'Bearer', expires_in: 60 };
const nested = (type: string, message = 'no') => ({ type: 'error', error: { type, message } });

describe('the token endpoint', () => {
  let simulator: Simulator;
  const begin = async (options: SimulatorOptions = {}) => {
    simulator = await createSimulator({ now: () => NOW, ...options });
    simulator.addAccount({ name: 'one' });
  };
  const endpoint = (over: Partial<OAuthSettings> = {}) =>
    createTokenEndpoint({ settings: () => settingsFor(simulator, over), now: () => NOW });
  const refresh = (over: Partial<OAuthSettings> = {}) => endpoint(over).refresh(simulator.issueTokens('one').refreshToken);

  beforeEach(() => begin());
  afterEach(() => simulator.close());

  it('grants a new pair for a refresh token', async () => {
    const answer = await refresh();
    assert.equal(answer.kind, 'granted');
    if (answer.kind !== 'granted') return;
    const { secret, refreshToken, expiresAt, identity } = answer.grant;
    assert.deepEqual([secret.slice(0, 6), refreshToken?.slice(0, 6), expiresAt], ['sim-at', 'sim-rt', NOW + 8 * HOUR]);
    assert.deepEqual([identity.email, identity.organizationName], ['one@example.test', 'one org']);
  });

  for (const format of ['json', 'form'] as const) {
    it(`is asked in ${format} where that is configured`, async () => {
      await simulator.close();
      await begin({ tokenRequestFormat: format });
      assert.equal((await refresh({ tokenRequestFormat: format })).kind, 'granted');
    });
  }

  it('hears the refusal of a request in the wrong format', async () => {
    const answer = await refresh({ tokenRequestFormat: 'form' });
    assert.deepEqual([answer.kind, answer.kind === 'refused' && answer.sent], ['refused', 'answered']);
  });

  const meanings: Readonly<Record<string, readonly [TokenFaultInput, object]>> = {
    invalid_grant: [status(400, { error: 'invalid_grant' }), { kind: 'rejected' }],
    'invalid_grant with 401': [status(401, { error: 'invalid_grant' }), { kind: 'rejected' }],
    'a nested invalid_grant': [status(400, nested('invalid_grant')), { kind: 'rejected' }],
    'a nested invalid_grant in a page': [status(400, nested('invalid_grant'), html), { kind: 'rejected' }],
    'a nested error whose words begin with invalid_grant': [
      status(400, nested('invalid_request_error', 'invalid_grant: refresh token not found')),
      { kind: 'rejected' },
    ],
    'a nested error that only mentions invalid_grant': [
      status(400, nested('invalid_request_error', 'this is not an invalid_grant')),
      { kind: 'refused', sent: 'answered' },
    ],
    invalid_client: [status(401, { error: 'invalid_client' }), { kind: 'refused', sent: 'answered' }],
    unauthorized_client: [status(400, { error: 'unauthorized_client' }), { kind: 'refused', sent: 'answered' }],
    invalid_request: [status(400, { error: 'invalid_request' }), { kind: 'refused', sent: 'answered' }],
    invalid_scope: [status(400, { error: 'invalid_scope' }), { kind: 'refused', sent: 'answered' }],
    'a nested authentication error': [status(401, nested('authentication_error')), { kind: 'refused', sent: 'answered' }],
    'a challenge': [{ kind: 'other_credentials' }, { kind: 'refused', sent: 'answered' }],
    'an empty 404': [status(404, ' '), { kind: 'refused', sent: 'answered' }],
    'a page with 403': [status(403, '<html>', html), { kind: 'refused', sent: 'answered' }],
    'a redirect': [status(302, ' ', { location: 'http://127.0.0.1:1/' }), { kind: 'refused', sent: 'answered' }],
    'a page with 200': [status(200, '<html>', html), { kind: 'refused', sent: 'maybe' }],
    'half a reply': [status(200, '{"access_token":'), { kind: 'refused', sent: 'maybe' }],
    'a list': [status(200, '[]'), { kind: 'refused', sent: 'maybe' }],
    'no token': [status(200, { ...good, access_token: '' }), { kind: 'refused', sent: 'maybe' }],
    'a token with a line break': [status(200, { ...good, access_token: 'a\nb' }), { kind: 'refused', sent: 'maybe' }],
    'no token type': [status(200, { ...good, token_type: undefined }), { kind: 'refused', sent: 'maybe' }],
    'token type DPoP': [status(200, { ...good, token_type: 'DPoP' }), { kind: 'refused', sent: 'maybe' }],
    'a refresh token that is null': [status(200, { ...good, refresh_token: null }), { kind: 'refused', sent: 'maybe' }],
    'more than 64 KiB': [status(200, { ...good, access_token: 'a'.repeat(65_536) }), { kind: 'refused', sent: 'maybe' }],
    'invalid_grant with 500': [status(500, { error: 'invalid_grant' }), { kind: 'unavailable', sent: 'answered' }],
    'its own failure': [status(503, 'down', html), { kind: 'unavailable', sent: 'answered' }],
    'the failure of a gateway before it': [status(502, '<html>', html), { kind: 'unavailable', sent: 'maybe' }],
    'the impatience of a gateway before it': [status(504, '<html>', html), { kind: 'unavailable', sent: 'maybe' }],
    'a throttle in seconds': [
      status(429, nested('rate_limit_error'), { 'retry-after': '7' }),
      { kind: 'throttled', retryAfterMs: 7000 },
    ],
    'a throttle until an instant': [
      status(429, 'x', { 'retry-after': new Date(NOW + 9000).toUTCString() }),
      { kind: 'throttled', retryAfterMs: 9000 },
    ],
    'a throttle without a length': [status(429, 'x'), { kind: 'throttled', retryAfterMs: null }],
    'a connection that breaks before the reply': [{ kind: 'reset_before' }, { kind: 'unavailable', sent: 'maybe' }],
    'a connection that breaks after the server has rotated': [{ kind: 'reset_after' }, { kind: 'unavailable', sent: 'maybe' }],
  };
  for (const [name, [fault, meaning]] of Object.entries(meanings)) {
    it(`means ${Object.values(meaning).join(', ')} by ${name}`, async () => {
      simulator.tokenFault(fault);
      const { message: _message, ...answer } = (await refresh()) as { message?: string };
      assert.deepEqual(answer, meaning);
    });
  }

  const accepted: Readonly<Record<string, object>> = {
    'another spelling of Bearer': { ...good, token_type: 'bearer' },
    'a negative life': { ...good, expires_in: -1 },
    'a life in words': { ...good, expires_in: 'soon' },
    'no life': { ...good, expires_in: undefined },
    'an id_token that is none of our business': { ...good, id_token: 'not.a.jwt' },
    'fields nobody knows': { ...good, extra: { deep: [1] } },
  };
  for (const [name, body] of Object.entries(accepted)) {
    it(`is understood with ${name}`, async () => {
      simulator.tokenFault(status(200, body));
      assert.equal((await refresh()).kind, 'granted');
    });
  }

  it('is not waited for longer than oauth.timeout; then it may have acted', async () => {
    simulator.tokenFault({ kind: 'hang' });
    const answer = await refresh({ timeoutMs: 50 });
    assert.deepEqual(answer, { kind: 'unavailable', sent: 'maybe', message: 'no answer in time' });
  });

  it('was never reached when nobody listens', async () => {
    const { refreshToken } = simulator.issueTokens('one');
    const there = endpoint();
    await simulator.close();
    const answer = await there.refresh(refreshToken);
    assert.deepEqual(answer, { kind: 'unavailable', sent: 'no', message: 'ECONNREFUSED' });
    await begin();
  });

  it('was never reached when no TLS connection comes about', async () => {
    const answer = await refresh({ tokenUrl: simulator.url.replace('http:', 'https:') });
    assert.deepEqual([answer.kind, answer.kind === 'unavailable' && answer.sent], ['unavailable', 'no']);
  });

  it('is never spoken to in the clear beyond this machine', async () => {
    const answer = await refresh({ tokenUrl: 'http://192.0.2.1/token' });
    assert.deepEqual([answer.kind, answer.kind === 'refused' && answer.sent], ['refused', 'no']);
  });

  it('is not asked without a client id', async () => {
    const answer = await refresh({ clientId: undefined });
    assert.deepEqual(
      [answer.kind, answer.kind === 'refused' && answer.sent, simulator.books.tokens.length],
      ['refused', 'no', 0],
    );
  });

  it('gets each request on a connection of its own', async () => {
    let connections = 0;
    const counting: Server = createServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.write('HTTP/1.1 503 Down\r\ncontent-length: 0\r\n\r\n'));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));
    const tokenUrl = `http://127.0.0.1:${(counting.address() as AddressInfo).port}/token`;
    for (let calls = 0; calls < 3; calls += 1) await refresh({ tokenUrl });
    counting.close();
    assert.equal(connections, 3);
  });

  it('cannot make the secrets it was sent part of a message', async () => {
    const { refreshToken } = simulator.issueTokens('one');
    simulator.tokenFault(status(400, { error: 'invalid_request', error_description: `bad ${refreshToken}` }));
    const answer = await endpoint().refresh(refreshToken);
    assert.doesNotMatch(JSON.stringify(answer), /sim-rt/);
  });
});
