import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

const ACCOUNTS = 10;
const LIFE = 30 * MINUTE;

describe('a token endpoint that is down for two hours', function () {
  this.timeout(30_000);
  let world: TokenWorld;
  afterEach(() => world.close());

  const ids = Array.from({ length: ACCOUNTS }, (_, n) => `acc_${n + 1}`);
  const calls = (id: string) => world.simulator.books.tokens.filter(({ account }) => account === id).length;

  it('is asked at most once a minute for an account, whose token serves to its end; then everything comes back by itself', async () => {
    world = await tokenWorld();
    const { time, tokens, pool, simulator, anAccountWith } = world;
    for (const id of ids) await anAccountWith({ id, endsIn: LIFE });
    simulator.tokenFault({ kind: 'status', status: 503, times: null });
    for (let passed = 0; passed < 2 * HOUR; passed += 20_000) {
      const answers = await Promise.all(ids.map((id) => tokens.ensureFresh(id)));
      const usable = answers.filter(({ kind }) => kind === 'usable').length;
      assert.equal(usable, passed < LIFE ? ACCOUNTS : 0, `after ${passed / MINUTE} min`);
      await time.advance(20_000);
    }
    for (const id of ids) {
      // The pauses begin at a second and have grown to a minute after six.
      assert.ok(calls(id) > 10 && calls(id) <= 2 * 60, `${id} asked ${calls(id)} times`);
      assert.equal(pool.get(id)?.status.state, 'active');
    }
    simulator.clearFaults();
    await time.advance(MINUTE);
    const answers = await Promise.all(ids.map((id) => tokens.ensureFresh(id)));
    assert.ok(answers.every(({ kind }) => kind === 'usable'));
  });
});
