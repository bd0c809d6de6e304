/** The whole life of a login against an independent implementation: form bodies, PKCE, rotation, reuse that revokes everything. */
import assert from 'node:assert/strict';
import { createLoginFlow, type LoginEnd } from '../../../src/oauth/login-flow.ts';
import { createTokenEndpoint, type TokenEndpointAnswer } from '../../../src/oauth/token-endpoint.ts';
import { HOUR } from '../../support/builders.ts';
import { type SecondAuthorizationServer, secondAuthorizationServer } from '../../support/second-authorization-server.ts';

describe('an independent authorization server', () => {
  let server: SecondAuthorizationServer;
  const endpoint = () => createTokenEndpoint({ settings: () => server.settings, now: Date.now });

  beforeEach(async () => {
    server = await secondAuthorizationServer();
  });
  afterEach(() => server.close());

  const login = async (): Promise<LoginEnd> => {
    const flow = createLoginFlow({ settings: () => server.settings, endpoint: endpoint(), now: Date.now });
    const start = await flow.begin({});
    if (start.kind !== 'started') throw new Error(start.kind);
    return flow.finish({ code: await server.approve(start.authorizationUrl) });
  };
  const refreshTokenOf = (end: LoginEnd | TokenEndpointAnswer): string => {
    if (end.kind !== 'granted') throw new Error(JSON.stringify(end));
    return end.grant.refreshToken ?? '';
  };

  it('grants a login with PKCE, asked by form', async () => {
    const end = await login();
    assert.equal(end.kind, 'granted');
    assert.deepEqual([...(server.bodies[0]?.keys() ?? [])].toSorted(), [
      'client_id',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
      'state',
    ]);
  });

  it('is understood in what it says of life and scope', async () => {
    const end = await login();
    const grant = end.kind === 'granted' ? end.grant : null;
    assert.deepEqual(grant?.scopes, ['user:profile', 'user:inference']);
    assert.ok(Math.abs((grant?.expiresAt ?? 0) - Date.now() - HOUR) < 60_000);
  });

  it('refuses an exchange whose verifier is of another login', async () => {
    const flow = createLoginFlow({ settings: () => server.settings, endpoint: endpoint(), now: Date.now });
    const [one, other] = [await flow.begin({}), await flow.begin({})];
    if (one.kind !== 'started' || other.kind !== 'started') throw new Error('not started');
    const code = new URL(await server.approve(one.authorizationUrl)).searchParams.get('code') ?? '';
    assert.equal((await flow.finish({ code, state: other.state })).kind, 'wrong_code');
  });

  it('rotates with every refresh', async () => {
    const first = refreshTokenOf(await login());
    const second = refreshTokenOf(await endpoint().refresh(first));
    const third = refreshTokenOf(await endpoint().refresh(second));
    assert.equal(new Set([first, second, third]).size, 3);
  });

  it('takes the reuse of a refresh token for theft, and refuses its successor too', async () => {
    const first = refreshTokenOf(await login());
    const second = refreshTokenOf(await endpoint().refresh(first));
    const reused = await endpoint().refresh(first);
    assert.deepEqual([reused.kind, (await endpoint().refresh(second)).kind], ['rejected', 'rejected']);
  });

  it('is told apart when it does not know the client', async () => {
    const { settings } = server;
    const stranger = createTokenEndpoint({ settings: () => ({ ...settings, clientId: 'stranger' }), now: Date.now });
    assert.equal((await stranger.refresh('any')).kind, 'refused');
  });
});
