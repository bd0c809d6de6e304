import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aPrompt, ask, eventually, refreshWith } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('the books of the simulator', () => {
  let simulator: Simulator;
  let token: string;
  beforeEach(async () => {
    simulator = await createSimulator({ now: () => NOW, maxBookEntries: 20 });
    for (const name of ['ada', 'bob']) simulator.addAccount({ name });
    token = simulator.issueTokens('ada').accessToken;
  });
  afterEach(() => simulator.close());

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  it('hold a request as it came and as it was answered', async () => {
    const body = { ...aPrompt, stream: true };
    const reply = await ask(simulator, token, {
      body,
      path: '/v1/messages?beta=true',
      headers: { 'x-claude-code-session-id': 's1' },
    });
    const events = (await reply.text()).split('\n\n').length - 1;
    await eventually(() => simulator.books.api[0]?.end !== 'open');
    const [whole] = simulator.books.api;
    assert.ok(whole);
    const { headers, ...entry } = whole;
    const text = JSON.stringify(body);
    assert.deepEqual(entry, {
      at: NOW,
      account: 'ada',
      credential: 'bearer',
      fingerprint: sha256(token).slice(0, 12),
      method: 'POST',
      target: '/v1/messages?beta=true',
      sessionId: 's1',
      violations: [],
      bodyBytes: text.length,
      bodySha256: sha256(text),
      model: 'claude-sonnet-5',
      stream: true,
      status: 200,
      eventsSent: events,
      end: 'finished',
    });
    assert.equal(headers['x-claude-code-session-id'], 's1');
  });

  it('hold no credential', async () => {
    const key = simulator.issueApiKey('bob');
    await ask(simulator, token, { headers: { 'x-api-key': key } });
    await ask(simulator, 'sim-at-unknown');
    const { refreshToken } = simulator.issueTokens('ada');
    await refreshWith(simulator, refreshToken);
    const written = JSON.stringify([simulator.books.api, simulator.books.tokens]);
    for (const secret of [token, key, 'sim-at-unknown', refreshToken]) assert.ok(!written.includes(secret), secret);
    assert.equal(simulator.books.api[0]?.headers['authorization'], 'credential of ada');
  });

  it('know whose credential came, even one that has ended', async () => {
    simulator.expireAccessTokens('ada');
    await ask(simulator, token);
    assert.deepEqual(
      simulator.books.requests('ada').map(({ status, account }) => [status, account]),
      [[401, 'ada']],
    );
    assert.equal(simulator.books.requests('bob').length, 0);
  });

  it('hold a request whose body never came', async () => {
    const { hostname, port } = new URL(simulator.url);
    const half = request({ hostname, port, method: 'POST', path: '/v1/messages', headers: { 'content-length': 100 } });
    half.on('error', () => undefined);
    half.write('{"model":');
    await eventually(() => simulator.books.api.length === 1);
    half.destroy();
    await eventually(() => simulator.books.api[0]?.end === 'aborted');
    assert.deepEqual([simulator.books.api[0]?.status, simulator.books.api[0]?.bodyBytes], [0, 0]);
  });

  it('count the refreshes that were committed, and no others', async () => {
    const { refreshToken } = simulator.issueTokens('ada');
    simulator.tokenFault({ kind: 'status', status: 503 });
    await refreshWith(simulator, refreshToken);
    await refreshWith(simulator, refreshToken);
    await refreshWith(simulator, refreshToken);
    await eventually(() => simulator.books.tokens[1]?.replied === true);
    assert.deepEqual(
      simulator.books.tokenRequests('ada').map(({ outcome, replied }) => [outcome, replied]),
      [
        ['fault', false],
        ['committed', true],
        ['invalid_grant', false],
      ],
    );
    assert.deepEqual([simulator.books.refreshes('ada'), simulator.books.refreshes('bob')], [1, 0]);
  });

  it('forget the oldest when they are full', async () => {
    for (let turn = 0; turn < 21; turn += 1) await ask(simulator, token, { path: `/v1/models?turn=${turn}`, method: 'GET' });
    const { api } = simulator.books;
    assert.deepEqual([api.length, api[0]?.target, api.at(-1)?.target], [19, '/v1/models?turn=2', '/v1/models?turn=20']);
  });

  it('can be begun anew', async () => {
    await ask(simulator, token);
    await refreshWith(simulator, 'x');
    simulator.books.clear();
    assert.deepEqual([simulator.books.api.length, simulator.books.tokens.length], [0, 0]);
  });
});
