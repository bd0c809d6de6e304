import assert from 'node:assert/strict';
import { createProbeAccount } from '../../../src/accounts/probe-account.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';

describe('probeAccount', () => {
  let simulator: Simulator;
  const probe = (over = {}) =>
    createProbeAccount(() => ({ baseUrl: simulator.url, oauthBeta: 'oauth-2025-04-20', timeoutMs: 2000, ...over }));

  beforeEach(async () => {
    simulator = await createSimulator();
    simulator.addAccount({ name: 'one' });
  });
  afterEach(() => simulator.close());

  it('finds a good API key and a good token accepted', async () => {
    const key = await probe()({ kind: 'api_key', secret: simulator.issueApiKey('one') });
    const token = await probe()({ kind: 'oauth_static', secret: simulator.issueStaticToken('one') });
    assert.deepEqual([key, token], [{ kind: 'accepted' }, { kind: 'accepted' }]);
  });

  it('sends either credential in its own header, and nothing that does not belong there', async () => {
    await probe()({ kind: 'api_key', secret: simulator.issueApiKey('one') });
    await probe()({ kind: 'oauth', secret: simulator.issueTokens('one').accessToken });
    const seen = simulator.books.api.map(({ credential, violations }) => ({ credential, violations }));
    assert.deepEqual(seen, [
      { credential: 'x-api-key', violations: [] },
      { credential: 'bearer', violations: [] },
    ]);
  });

  it('finds a wrong key refused', async () => {
    assert.deepEqual(await probe()({ kind: 'api_key', secret: 'wrong' }), { kind: 'refused', status: 401 });
  });

  it('follows no redirect', async () => {
    const headers = { location: `${simulator.url}/v1/models` };
    simulator.fault('one', { action: { kind: 'status', status: 302, headers }, path: '/v1/models' });
    const answer = await probe()({ kind: 'api_key', secret: simulator.issueApiKey('one') });
    assert.deepEqual([answer, simulator.books.api.length], [{ kind: 'refused', status: 302 }, 1]);
  });

  it('does not wait for ever', async () => {
    simulator.fault('one', { action: { kind: 'hang' }, path: '/v1/models' });
    const answer = await probe({ timeoutMs: 50 })({ kind: 'api_key', secret: simulator.issueApiKey('one') });
    assert.deepEqual(answer, { kind: 'unreachable', message: 'no answer in time' });
  });

  it('says when nobody is there', async () => {
    const { url } = simulator;
    await simulator.close();
    const answer = await probe({ baseUrl: url })({ kind: 'api_key', secret: 'any' });
    assert.deepEqual(answer, { kind: 'unreachable', message: 'ECONNREFUSED' });
    simulator = await createSimulator();
  });
});
