/** Requests that every account refuses: they are to blame, and must not cost the pool its accounts, nor other clients their answer. */
import assert from 'node:assert/strict';
import { jsonReply, type ScriptedUpstream, scriptedUpstream } from '../../support/scripted-upstream.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const NAMES = ['one', 'two', 'three'];
const poison = { ...aMessage, model: 'claude-opus-5-5' };

describe('requests that every account refuses', () => {
  let world: World;
  let ids: string[];
  beforeEach(async () => {
    world = await startWorld();
    ids = [];
    for (const name of NAMES) ids.push(await world.addAccount(name));
  });
  afterEach(() => world.stop());

  const statusOf = async (asked: Promise<Response>): Promise<number> => {
    const answer = await asked;
    await answer.arrayBuffer();
    return answer.status;
  };

  for (const [what, action, status] of [
    ['401', { kind: 'unauthorized' }, 401],
    ['a 429 without a reason', { kind: 'bare_429' }, 429],
    ['a 429 with a pause', { kind: 'throttled', retryAfter: 60 }, 429],
  ] as const) {
    it(`with ${what} cost nobody an account or an answer, although they come together`, async () => {
      for (const name of NAMES) world.simulator.fault(name, { action, times: null, model: 'opus' });
      for (let round = 0; round < 4; round += 1) {
        const poisoned = Array.from({ length: 25 }, () => statusOf(world.ask({ body: poison })));
        const innocent = Array.from({ length: 10 }, () => statusOf(world.ask()));
        assert.deepEqual(new Set(await Promise.all(poisoned)), new Set([status]));
        assert.deepEqual(new Set(await Promise.all(innocent)), new Set([200]));
      }
      const states = await Promise.all(ids.map(async (id) => (await world.statusOf(id)).status));
      assert.deepEqual(new Set(states), new Set(['active']));
      for (const name of NAMES) assert.ok(world.simulator.books.refreshes(name) <= 1);
    });
  }
});

describe('a request that meets an account while another one asks for a second opinion about it', () => {
  let world: World;
  let upstream: ScriptedUpstream;
  const held: (() => void)[] = [];
  const bare429 = jsonReply('429 Too Many Requests', { type: 'error', error: { type: 'rate_limit_error', message: 'No.' } });
  const noSonnet = jsonReply('429 Too Many Requests', { type: 'error', error: { type: 'rate_limit_error', message: 'No.' } }, [
    'anthropic-ratelimit-unified-7d_sonnet-status: rejected',
  ]);

  beforeEach(async () => {
    held.length = 0;
    upstream = await scriptedUpstream((socket, { all, body }) => {
      const isTwo = all('x-api-key').includes('made-up-key-of-two');
      if (body.includes('breaks')) {
        if (isTwo) socket.write(bare429);
        else held.push(() => socket.destroy());
      } else if (body.includes('forbidden')) {
        socket.write(jsonReply('401 Unauthorized', { error: { type: 'authentication_error', message: 'No.' } }));
      } else if (body.includes('poison')) {
        if (isTwo) held.push(() => socket.write(bare429));
        else socket.write(bare429);
      } else socket.write(isTwo && body.includes('sonnet') ? noSonnet : jsonReply('200 OK', { id: 'msg' }));
    });
    // Longer than a test may take, so that who waits in vain is noticed, and shorter than a pause without a reason.
    world = await startWorld({
      config: { claude: { baseUrl: upstream.url }, retry: { waitForAccountMs: 20_000 } },
    });
    for (const name of ['one', 'two'])
      await world.admin('POST', '/api/accounts', { name, kind: 'api_key', api_key: `made-up-key-of-${name}` });
  });
  afterEach(async () => {
    await world.stop();
    await upstream.close();
  });

  it('waits until that is settled', async () => {
    const opus = { ...aMessage, model: 'claude-opus-5-5' };
    const ask = async (body: object) => (await world.ask({ body })).headers.get('x-headgate-account');
    // Two serves no sonnet from here on, and one is the next in turn.
    assert.deepEqual([await ask(aMessage), await ask(aMessage), await ask(opus)], ['one', 'one', 'two']);
    const poisoned = world.ask({ body: { ...opus, metadata: { user_id: 'poison' } } });
    await upstream.until(() => held.length === 1);
    const innocent = ask(aMessage);
    assert.equal(await ask(opus), 'two');
    held[0]?.();
    assert.equal(await innocent, 'one');
    assert.equal((await poisoned).status, 429);
  });

  it('waits no longer when that one ends without having learnt anything', async () => {
    const ask = (what: string) => world.ask({ body: { ...aMessage, model: 'claude-opus-5-5', metadata: { user_id: what } } });
    const bothRest = async () =>
      (await world.admin('GET', '/api/accounts')).body.data.every(({ status }: { status: string }) => status === 'rate_limited');
    await ask('well');
    const broken = ask('breaks');
    await upstream.until(() => held.length === 1);
    const forbidden = ask('forbidden');
    while (!(await bothRest())) await upstream.until(() => upstream.seen.length === 4);
    held[0]?.();
    assert.equal((await broken).status, 502);
    assert.equal((await forbidden).status, 429);
  });
});
