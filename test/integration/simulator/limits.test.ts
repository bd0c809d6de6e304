import assert from 'node:assert/strict';
import type { NewAccount } from '../../../src/simulator/accounts.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aPrompt, ask, eventually } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const U = 'anthropic-ratelimit-unified-';

describe('the limits of a simulated account', () => {
  let now = NOW;
  let simulator: Simulator;
  let token: string;
  beforeEach(async () => {
    now = NOW;
    simulator = await createSimulator({ now: () => now });
  });
  afterEach(() => simulator.close());

  const begin = (account: Omit<NewAccount, 'name'>) => {
    simulator.addAccount({ name: 'ada', ...account });
    token = simulator.issueTokens('ada').accessToken;
  };
  const about = (model: string) => ask(simulator, token, { body: { ...aPrompt, model } });
  const told = (reply: Response, ...names: string[]) => names.map((name) => reply.headers.get(U + name));
  const inSeconds = (at: number) => String(at / 1000);

  describe('have windows of one model family, which', () => {
    it('count and tell the requests of that family alone', async () => {
      begin({ quota: { '7d_opus': 4, '7d_sonnet': { limit: 4, used: 2 } } });
      const [opus, sonnet, haiku] = [
        await about('claude-opus-5-5'),
        await about('claude-sonnet-5'),
        await about('claude-haiku-4-5'),
      ];
      assert.deepEqual(told(opus, '7d_opus-utilization', '7d_sonnet-utilization'), ['0.25', null]);
      assert.deepEqual(told(sonnet, '7d_opus-utilization', '7d_sonnet-utilization'), [null, '0.75']);
      assert.deepEqual(told(haiku, '7d_opus-utilization', '7d_sonnet-utilization', '7d-status'), [null, null, 'allowed']);
    });

    it('refuse that family alone, until their own reset', async () => {
      begin({ quota: { '5h': 10, '7d_opus': { limit: 1, used: 1, resetInSeconds: 3600 } } });
      const refused = await about('claude-opus-5-5');
      assert.deepEqual(
        [refused.status, ...told(refused, 'status', '7d_opus-status', '5h-status', 'representative-claim', 'reset')],
        [429, 'rejected', 'rejected', 'allowed', 'seven_day_opus', inSeconds(NOW + HOUR)],
      );
      const served = await about('claude-sonnet-5');
      assert.deepEqual([served.status, ...told(served, '5h-utilization')], [200, '0.10'], 'what was refused is not counted');
      now += HOUR;
      assert.equal((await about('claude-opus-5-5')).status, 200);
    });

    it('count everything when their name is that of no family', async () => {
      begin({ quota: { '7d_oi': 1 } });
      await about('claude-opus-5-5');
      const refused = await about('claude-haiku-4-5');
      assert.deepEqual([refused.status, ...told(refused, 'representative-claim')], [429, 'seven_day_overage_included']);
    });
  });

  it('have windows of any length, each with its own limit, use, reset and threshold', async () => {
    begin({
      quota: { '1d': { limit: 100, used: 79, resetInSeconds: 60, warnAt: 0.8 }, '5h': { limit: 10, lengthSeconds: 120 } },
    });
    const reply = await about('claude-sonnet-5');
    assert.deepEqual(told(reply, '1d-utilization', '1d-reset', '1d-status', '1d-surpassed-threshold', 'representative-claim'), [
      '0.80',
      inSeconds(NOW + 60_000),
      'allowed_warning',
      '0.8',
      'one_day',
    ]);
    assert.deepEqual(told(reply, '5h-reset', '5h-surpassed-threshold'), [inSeconds(NOW + 120_000), null]);
    now += 120_000;
    const later = await about('claude-sonnet-5');
    assert.deepEqual(told(later, '5h-utilization', '5h-reset'), ['0.10', inSeconds(NOW + 240_000)]);
  });

  it('can get a window later', async () => {
    begin({});
    simulator.setQuota('ada', '7d_opus', { limit: 10, used: 10, resetInSeconds: 90 });
    const refused = await about('claude-opus-5-5');
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '90']);
    assert.throws(() => simulator.setQuota('ada', 'five_hour', { limit: 1 }), /"five_hour" is no quota window/);
  });

  it('are told in no other reply than that to a message', async () => {
    begin({});
    const count = await ask(simulator, token, { path: '/v1/messages/count_tokens' });
    assert.deepEqual([count.status, [...count.headers.keys()].filter((name) => name.includes('ratelimit'))], [200, []]);
  });

  describe('with overage', () => {
    it('that is allowed serve on once the windows are used up, and say so', async () => {
      begin({ quota: { '5h': 1 }, overage: { status: 'allowed', limit: 2, resetInSeconds: 7200 } });
      const within = await about('claude-sonnet-5');
      assert.deepEqual(told(within, 'overage-status', 'overage-in-use', 'overage-utilization'), ['allowed', null, '0.00']);
      const paid = await about('claude-sonnet-5');
      assert.deepEqual(
        [
          paid.status,
          ...told(paid, 'status', '5h-status', 'overage-status', 'overage-in-use', 'overage-utilization', 'overage-reset'),
        ],
        [200, 'rejected', 'rejected', 'allowed', 'true', '0.50', inSeconds(NOW + 2 * HOUR)],
      );
      assert.equal((await about('claude-sonnet-5')).status, 200);
      const over = await about('claude-sonnet-5');
      assert.deepEqual(
        [over.status, ...told(over, 'overage-status', 'overage-disabled-reason', 'overage-in-use')],
        [429, 'rejected', 'out_of_credits', null],
      );
    });

    it('that is switched off say why, with every message', async () => {
      begin({ quota: { '5h': 1 }, overage: { status: 'rejected', disabledReason: 'org_level_disabled' } });
      for (const status of [200, 429]) {
        const reply = await about('claude-sonnet-5');
        assert.deepEqual(
          [reply.status, ...told(reply, 'overage-status', 'overage-disabled-reason')],
          [status, 'rejected', 'org_level_disabled'],
        );
      }
    });
  });

  it('let as many requests into the slow lane as it has slots, and others past it', async () => {
    begin({ slowSlots: 1 });
    const slowly = () => ask(simulator, token, { body: { ...aPrompt, stream: true, speed: 'slow' } });
    simulator.fault('ada', { action: { kind: 'stall', afterEvents: 1 } });
    const first = await slowly();
    const [second, usual] = [await slowly(), await about('claude-sonnet-5')];
    assert.deepEqual(
      [first, second, usual].map((reply) => [reply.status, ...told(reply, 'slow-status')]),
      [
        [200, 'allowed'],
        [429, 'slot_busy'],
        [200, null],
      ],
    );
    await eventually(() => simulator.release() === 1);
    await first.text();
    await eventually(() => simulator.books.api[0]?.end === 'finished');
    assert.equal((await slowly()).status, 200);
  });

  describe('of an API key', () => {
    let key: string;
    const byKey = () => ask(simulator, '', { headers: { authorization: undefined, 'x-api-key': key } });
    const limits = (reply: Response) =>
      Object.fromEntries(
        [...reply.headers]
          .filter(([name]) => name.startsWith('anthropic-ratelimit-'))
          .map(([name, value]) => [name.slice('anthropic-ratelimit-'.length), value]),
      );
    const withKey = (account: Omit<NewAccount, 'name'>) => {
      begin(account);
      key = simulator.issueApiKey('ada');
    };
    const instant = (ms: number) => new Date(NOW + ms).toISOString().replace('.000', '');

    it('are per minute and are told with every message, those of the subscription are not', async () => {
      withKey({ quota: { '5h': 0 }, perMinute: { requests: 4, tokens: 1000, inputTokens: 800, outputTokens: 200 } });
      const reply = await byKey();
      const { 'tokens-remaining': tokens, 'input-tokens-remaining': input, ...others } = limits(reply);
      assert.equal(reply.status, 200);
      assert.deepEqual(
        [others['requests-limit'], others['requests-remaining'], others['requests-reset'], others['output-tokens-limit']],
        ['4', '3', instant(15_000), '200'],
      );
      assert.ok(Number(tokens) < 1000 && Number(input) < 800, 'the prompt is counted');
      assert.deepEqual(
        Object.keys(others).filter((name) => name.startsWith('unified')),
        [],
      );
    });

    it('count what was answered, too', async () => {
      withKey({ perMinute: { outputTokens: 1000 } });
      await byKey();
      assert.ok(Number(limits(await byKey())['output-tokens-remaining']) < 1000);
    });

    it('refuse when a minute is used up, say until when, and come back bit by bit', async () => {
      withKey({ perMinute: { requests: 2 } });
      for (let turn = 0; turn < 2; turn += 1) assert.equal((await byKey()).status, 200);
      const refused = await byKey();
      assert.deepEqual(
        [refused.status, refused.headers.get('retry-after'), limits(refused)],
        [429, '30', { 'requests-limit': '2', 'requests-remaining': '0', 'requests-reset': instant(60_000) }],
      );
      now += 30_000;
      assert.deepEqual([(await byKey()).status, (await byKey()).status], [200, 429]);
    });

    it('are none unless given', async () => {
      withKey({ quota: { '5h': 0 } });
      const reply = await byKey();
      assert.deepEqual([reply.status, limits(reply)], [200, {}]);
    });
  });
});
