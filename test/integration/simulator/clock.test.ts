import assert from 'node:assert/strict';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ask, askTokens, eventually, refreshWith } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

describe('the clock of the simulator', () => {
  let simulator: Simulator;
  const start = async (clockOffsetMs?: number) => {
    simulator = await createSimulator({ now: () => NOW, ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }) });
    simulator.addAccount({ name: 'ada', quota: { '5h': 1 } });
  };
  afterEach(() => simulator.close());
  const dateOf = (reply: { readonly headers: Headers }) => Date.parse(reply.headers.get('date') ?? '');
  const token = () => simulator.issueTokens('ada').accessToken;

  it('is told in the date of every reply, of the API and of the token endpoint', async () => {
    await start();
    assert.deepEqual([dateOf(await ask(simulator, token())), dateOf(await askTokens(simulator, {}))], [NOW, NOW]);
  });

  it('can be ahead or behind, with all that goes by it', async () => {
    await start(-10 * MINUTE);
    const reply = await ask(simulator, token());
    assert.equal(dateOf(reply), NOW - 10 * MINUTE);
    assert.equal(reply.headers.get('anthropic-ratelimit-unified-5h-reset'), String((NOW + 290 * MINUTE) / 1000));
    simulator.fault('ada', { action: { kind: 'throttled', retryAfter: 60, retryAfterAs: 'date' } });
    const { headers } = await ask(simulator, token());
    assert.equal(Date.parse(headers.get('retry-after') ?? ''), NOW - 9 * MINUTE);
  });

  it('can be set: windows open and tokens end by it, and their life is told in seconds all the same', async () => {
    await start();
    const { accessToken, refreshToken } = simulator.issueTokens('ada');
    const statuses = [(await ask(simulator, accessToken)).status, (await ask(simulator, accessToken)).status];
    simulator.setClockOffset(6 * 60 * MINUTE);
    statuses.push((await ask(simulator, accessToken)).status);
    simulator.setClockOffset(8 * 60 * MINUTE);
    statuses.push((await ask(simulator, accessToken)).status);
    assert.deepEqual(statuses, [200, 429, 200, 401]);
    assert.equal((await refreshWith(simulator, refreshToken)).body.expires_in, 8 * 3600);
  });
});

describe('an outage', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await createSimulator();
    simulator.addAccount({ name: 'ada' });
  });
  afterEach(() => simulator.close());
  const isReached = () =>
    ask(simulator, simulator.issueTokens('ada').accessToken).then(
      ({ ok }) => ok,
      () => false,
    );

  it('refuses connections and ends those that are open, until it is over', async () => {
    simulator.fault('ada', { action: { kind: 'hang' } });
    const open = ask(simulator, simulator.issueTokens('ada').accessToken);
    open.catch(() => undefined);
    await eventually(() => simulator.books.api.length === 1);
    simulator.outage(null);
    await assert.rejects(open);
    assert.equal(await isReached(), false);
    await simulator.endOutage();
    assert.equal(await isReached(), true);
  });

  it('is over by itself after its time, at the same address', async () => {
    const { url } = simulator;
    simulator.outage(20);
    assert.equal(await isReached(), false);
    while (!(await isReached())) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(simulator.url, url);
  });

  it('is over when the simulator closes', async () => {
    simulator.outage(null);
    await simulator.close();
    assert.equal(await isReached(), false);
    simulator = await createSimulator();
  });
});
