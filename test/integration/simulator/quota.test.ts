import assert from 'node:assert/strict';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ask } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const U = 'anthropic-ratelimit-unified-';

describe('the quota of a simulated account', () => {
  let now = NOW;
  let simulator: Simulator;
  let token: string;
  beforeEach(async () => {
    now = NOW;
    simulator = await createSimulator({ now: () => now });
  });
  afterEach(() => simulator.close());

  const begin = (quota: { '5h'?: number; '7d'?: number }) => {
    simulator.addAccount({ name: 'ada', quota });
    token = simulator.issueTokens('ada').accessToken;
  };
  const spend = async (requests: number) => {
    for (let turn = 0; turn < requests; turn += 1) assert.equal((await ask(simulator, token)).status, 200);
  };
  const field = (reply: Response, name: string) => reply.headers.get(`${U}${name}`);
  const inSeconds = (at: number) => String(at / 1000);

  it('has no bound unless one is given', async () => {
    begin({});
    const reply = await ask(simulator, token);
    assert.deepEqual([reply.status, field(reply, '5h-utilization'), field(reply, 'status')], [200, '0.00', 'allowed']);
  });

  it('is told with every message: status, share and reset of each window', async () => {
    begin({ '5h': 10, '7d': 100 });
    await spend(4);
    const reply = await ask(simulator, token);
    const told = [...reply.headers].filter(([name]) => name.startsWith(U)).map(([name, value]) => [name.slice(U.length), value]);
    assert.deepEqual(Object.fromEntries(told), {
      status: 'allowed',
      reset: inSeconds(NOW + 5 * HOUR),
      'representative-claim': 'five_hour',
      '5h-status': 'allowed',
      '5h-utilization': '0.50',
      '5h-reset': inSeconds(NOW + 5 * HOUR),
      '7d-status': 'allowed',
      '7d-utilization': '0.05',
      '7d-reset': inSeconds(NOW + 168 * HOUR),
    });
  });

  it('warns from nine tenths on', async () => {
    begin({ '5h': 10 });
    await spend(8);
    const reply = await ask(simulator, token);
    assert.deepEqual(
      [field(reply, 'status'), field(reply, '5h-status'), field(reply, '5h-surpassed-threshold'), field(reply, '7d-status')],
      ['allowed_warning', 'allowed_warning', '0.9', 'allowed'],
    );
  });

  it('refuses what goes beyond it, and says until when', async () => {
    begin({ '5h': 2, '7d': 100 });
    await spend(2);
    const reply = await ask(simulator, token);
    const { error } = (await reply.json()) as { error: { type: string } };
    assert.deepEqual([reply.status, error.type, reply.headers.get('retry-after')], [429, 'rate_limit_error', String(5 * 3600)]);
    assert.deepEqual(
      ['status', '5h-status', '7d-status', 'representative-claim', 'reset'].map((name) => field(reply, name)),
      ['rejected', 'rejected', 'allowed', 'five_hour', inSeconds(NOW + 5 * HOUR)],
    );
  });

  it('names the window that refuses longest', async () => {
    begin({ '5h': 1, '7d': 1 });
    await spend(1);
    const reply = await ask(simulator, token);
    assert.deepEqual(
      [field(reply, 'representative-claim'), reply.headers.get('retry-after')],
      ['seven_day', String(7 * 24 * 3600)],
    );
  });

  it('comes back at its reset, and not before', async () => {
    begin({ '5h': 1 });
    await spend(1);
    now += 5 * HOUR - 1;
    const before = await ask(simulator, token);
    now += 1;
    assert.deepEqual(
      [before.status, (await ask(simulator, token)).status, (await ask(simulator, token)).status],
      [429, 200, 429],
    );
  });

  it('does not count what it refuses', async () => {
    begin({ '5h': 1, '7d': 3 });
    await spend(1);
    for (let turn = 0; turn < 5; turn += 1) await ask(simulator, token);
    now += 5 * HOUR;
    const reply = await ask(simulator, token);
    assert.deepEqual([reply.status, field(reply, '7d-utilization')], [200, '0.67']);
  });

  it('can be set to any state', async () => {
    begin({});
    simulator.setQuota('ada', '7d', { limit: 100, used: 100, resetAt: NOW + HOUR });
    const refused = await ask(simulator, token);
    now += HOUR;
    assert.deepEqual(
      [
        refused.status,
        refused.headers.get('retry-after'),
        field(refused, 'representative-claim'),
        (await ask(simulator, token)).status,
      ],
      [429, '3600', 'seven_day', 200],
    );
  });

  it('can be nothing at all', async () => {
    begin({ '5h': 0 });
    const reply = await ask(simulator, token);
    assert.deepEqual([reply.status, field(reply, '5h-utilization')], [429, '1.00']);
  });
});
