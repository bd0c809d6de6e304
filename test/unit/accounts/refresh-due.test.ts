import assert from 'node:assert/strict';
import { DAY, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld, type WorldOptions } from '../../support/token-world.ts';

describe('TokenManager', () => {
  let world: TokenWorld;

  const begin = async (options: WorldOptions = {}) => {
    world = await tokenWorld(options);
    return world;
  };
  const refreshes = (id = 'acc_1') => world.simulator.books.refreshes(id);
  const calls = () => world.simulator.books.tokens.length;

  afterEach(() => world.close());

  describe('refreshDue', () => {
    it('refreshes what would end before the next run plus a margin, and nothing else', async () => {
      const { tokens, time, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ id: 'acc_1', endsIn: HOUR + 5 * MINUTE - 1 });
      await anAccountWith({ id: 'acc_2', endsIn: HOUR + 5 * MINUTE });
      const summary = await tokens.refreshDue();
      assert.deepEqual([summary, refreshes('acc_1'), refreshes('acc_2')], [{ refreshed: 1, failed: 0, skipped: 0 }, 1, 0]);
    });

    it('refreshes limited accounts, and neither inactive nor invalid ones', async () => {
      const { tokens, time, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ id: 'limited', account: { status: limitedUntil(NOW + DAY) } });
      await anAccountWith({ id: 'paused', account: { status: inactive({ state: 'active' }) } });
      await anAccountWith({ id: 'invalid', account: { status: invalidSince(NOW) } });
      await tokens.refreshDue();
      assert.deepEqual(['limited', 'paused', 'invalid'].map(refreshes), [1, 0, 0]);
    });

    it('refreshes inactive accounts where that is wanted, but none that is invalid underneath', async () => {
      const { tokens, time, anAccountWith } = await begin({ keepInactiveFresh: true });
      time.flow();
      await anAccountWith({ id: 'paused', account: { status: inactive({ state: 'active' }) } });
      await anAccountWith({ id: 'invalid', account: { status: inactive(invalidSince(NOW)) } });
      await tokens.refreshDue();
      assert.deepEqual(['paused', 'invalid'].map(refreshes), [1, 0]);
    });

    it('has at most four refreshes under way', async () => {
      let waiting: (() => void)[] = [];
      let most = 0;
      const onTokenStage = async (stage: string) => {
        if (stage !== 'received') return;
        const released = new Promise<void>((resolve) => waiting.push(resolve));
        most = Math.max(most, waiting.length);
        if (waiting.length === 4) void release();
        await released;
      };
      /** Once a fifth would have had the time to arrive too. */
      const release = async () => {
        for (let rounds = 0; rounds < 3; rounds += 1) await fetch(world.simulator.url);
        const held = waiting;
        waiting = [];
        for (const resolve of held) resolve();
      };
      const { tokens, time, anAccountWith } = await begin({ simulator: { onTokenStage } });
      time.flow();
      for (let number = 1; number <= 12; number += 1) await anAccountWith({ id: `acc_${number}` });
      const { refreshed } = await tokens.refreshDue();
      assert.deepEqual([refreshed, most], [12, 4]);
    });

    it('begins each refresh after a wait of its own', async () => {
      const { tokens, time, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ id: 'acc_1' });
      await anAccountWith({ id: 'acc_2' });
      await tokens.refreshDue();
      assert.deepEqual(time.waits, [1000, 1000]);
    });

    it('is one run at a time', async () => {
      const { tokens, time, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({});
      assert.equal(tokens.refreshDue(), tokens.refreshDue());
    });

    it('tries again after a while when the endpoint fails', async () => {
      const { tokens, time, simulator, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ endsIn: HOUR });
      simulator.tokenFault({ kind: 'status', status: 503, times: 2 });
      assert.deepEqual(await tokens.refreshDue(), { refreshed: 1, failed: 0, skipped: 0 });
    });

    it('leaves a hold of ten minutes to its next run', async () => {
      const { tokens, time, simulator, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ endsIn: HOUR });
      simulator.tokenFault({ kind: 'other_credentials' });
      await tokens.refreshDue();
      assert.deepEqual([await tokens.refreshDue(), calls()], [{ refreshed: 0, failed: 0, skipped: 1 }, 1]);
    });

    it('does not risk a living access token whose refresh token may be spent', async () => {
      const { tokens, time, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ endsIn: HOUR, credential: { trust: 'unverified' } });
      assert.deepEqual([await tokens.refreshDue(), calls()], [{ refreshed: 0, failed: 0, skipped: 1 }, 0]);
    });

    it('gives up until the next run when the endpoint keeps failing', async () => {
      const { tokens, time, simulator, anAccountWith } = await begin();
      time.flow();
      await anAccountWith({ endsIn: HOUR });
      simulator.tokenFault({ kind: 'status', status: 503, times: null });
      assert.deepEqual([await tokens.refreshDue(), calls()], [{ refreshed: 0, failed: 1, skipped: 0 }, 4]);
    });
  });
});
