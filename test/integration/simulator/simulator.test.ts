import assert from 'node:assert/strict';
import { runSimulator } from '../../../src/simulator/run-simulator.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ask, authorizeUrl, eventually, readyDrill, refreshWith } from './simulator-client.ts';

describe('the simulator', () => {
  const running: Simulator[] = [];
  const start = async (options: Parameters<typeof createSimulator>[0] = {}) => {
    const simulator = await createSimulator(options);
    running.push(simulator);
    return simulator;
  };
  afterEach(async () => {
    for (const simulator of running.splice(0)) await simulator.close();
  });

  it('listens on this machine only, on a port of its own', async () => {
    const urls = [(await start()).url, (await start()).url].map((url) => new URL(url));
    assert.deepEqual(new Set(urls.map(({ hostname }) => hostname)), new Set(['127.0.0.1']));
    assert.notEqual(urls[0]?.port, urls[1]?.port);
  });

  it('says when its port is taken', async () => {
    const { url } = await start();
    await assert.rejects(createSimulator({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' });
  });

  it('closes at once, whatever is open', async () => {
    const simulator = await start();
    simulator.addAccount({ name: 'ada' });
    simulator.fault('ada', { action: { kind: 'delay', ms: 3_600_000 } });
    simulator.tokenFault({ kind: 'hang' });
    const { accessToken, refreshToken } = simulator.issueTokens('ada');
    const open = [ask(simulator, accessToken), refreshWith(simulator, refreshToken)].map((reply) => assert.rejects(reply));
    await eventually(() => simulator.books.api.length === 1 && simulator.books.tokens.some(({ outcome }) => outcome === 'fault'));
    await simulator.close();
    await Promise.all(open);
  });

  it('makes the same identities, tokens and codes of the same seed', async () => {
    const made = async (seed: string) => {
      const simulator = await start({ seed, now: () => 0 });
      const { uuid, organizationUuid } = simulator.addAccount({ name: 'ada' });
      const { code } = simulator.approve(authorizeUrl(simulator), 'ada');
      return { uuid, organizationUuid, code, ...simulator.issueTokens('ada'), key: simulator.issueApiKey('ada') };
    };
    const [one, same, other] = [await made('1'), await made('1'), await made('2')];
    assert.deepEqual(one, same);
    assert.match(one.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set([...Object.values(one), ...Object.values(other)]).size, 2 * Object.keys(one).length - 1);
  });

  it('makes other ones every time without a seed', async () => {
    const simulator = await start();
    const { uuid } = simulator.addAccount({ name: 'ada' });
    assert.notEqual(uuid, simulator.addAccount({ name: 'bob' }).uuid);
  });

  it('knows each name once', async () => {
    const simulator = await start();
    simulator.addAccount({ name: 'ada' });
    assert.throws(() => simulator.addAccount({ name: 'ada' }), /there is a simulated account "ada" already/);
  });

  it('as a program tells where it is, as what one can approve, and answers there', async () => {
    const lines: string[] = [];
    const simulator = await runSimulator({
      port: 0,
      drill: readyDrill('accounts: [{ name: ada }, { name: bob }]'),
      log: (line) => lines.push(line),
    });
    running.push(simulator);
    const told = lines.join('\n');
    for (const what of [`${simulator.url}/oauth/authorize`, `${simulator.url}/v1/oauth/token`, simulator.clientId, 'ada, bob'])
      assert.ok(told.includes(what), what);
    assert.equal((await fetch(authorizeUrl(simulator))).status, 200);
  });
});
