import assert from 'node:assert/strict';
import { aCredential, active, DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld, type WorldOptions } from '../../support/token-world.ts';

const ALMOST_OVER = 30_000;

describe('a refresh', () => {
  let world: TokenWorld;

  const begin = async (options: WorldOptions = {}) => {
    world = await tokenWorld(options);
    return world;
  };
  const refreshes = (id = 'acc_1') => world.simulator.books.refreshes(id);
  const calls = () => world.simulator.books.tokens.length;
  const stateOf = (id = 'acc_1') => world.pool.get(id)?.status;

  afterEach(() => world.close());

  describe('when the authorization server grants nothing', () => {
    const faults = {
      'an error of its own': { kind: 'status', status: 503 },
      'a throttle': { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      'a broken connection': { kind: 'reset_before' },
      'a refusal of the client': { kind: 'status', status: 401, body: '{"error":"invalid_client"}' },
      'a challenge': { kind: 'other_credentials' },
      'a page': { kind: 'status', status: 400, body: '<html>', headers: { 'content-type': 'text/html' } },
      'half a reply': { kind: 'bad_json' },
      'a reply without token type': { kind: 'no_token_type' },
    } as const;

    for (const [name, fault] of Object.entries(faults)) {
      it(`changes no status because of ${name}, and says what happened`, async () => {
        const { tokens, simulator, pool, anAccountWith } = await begin();
        await anAccountWith({});
        simulator.tokenFault(fault);
        await tokens.ensureFresh('acc_1');
        assert.deepEqual([stateOf(), typeof pool.get('acc_1')?.lastRefreshError?.message], [active, 'string']);
      });

      it(`serves the access token to its end after ${name}`, async () => {
        const { tokens, simulator, anAccountWith } = await begin();
        await anAccountWith({ endsIn: ALMOST_OVER });
        simulator.tokenFault(fault);
        assert.equal((await tokens.ensureFresh('acc_1')).kind, 'usable');
      });
    }

    it('says that it cannot be had once the access token has ended', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.tokenFault({ kind: 'status', status: 503 });
      const answer = await tokens.ensureFresh('acc_1');
      assert.equal(answer.kind === 'unusable' && answer.reason, 'unreachable');
    });

    it('backs off from an endpoint that fails, longer each time up to a minute', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.tokenFault({ kind: 'status', status: 503, times: null });
      const tried: number[] = [];
      for (let second = 0; second < 200; second += 1) {
        const before = calls();
        await tokens.ensureFresh('acc_1');
        if (calls() > before) tried.push(second);
        await time.advance(1000);
      }
      assert.deepEqual(tried, [0, 1, 3, 6, 12, 24, 48, 93, 138, 183]);
    });

    it('waits as long as the endpoint asks, for every account', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      await anAccountWith({ id: 'acc_1' });
      await anAccountWith({ id: 'acc_2' });
      simulator.tokenFault({ kind: 'status', status: 429, headers: { 'retry-after': '30' } });
      await tokens.ensureFresh('acc_1');
      await time.advance(29_999);
      await tokens.ensureFresh('acc_2');
      const during = calls();
      await time.advance(1);
      await tokens.ensureFresh('acc_2');
      assert.deepEqual([during, refreshes('acc_2')], [1, 1]);
    });

    it('tries once in ten minutes for the whole pool while its configuration is refused, and raises an alert', async () => {
      const { tokens, simulator, time, alerts, anAccountWith } = await begin();
      await anAccountWith({ id: 'acc_1' });
      await anAccountWith({ id: 'acc_2' });
      simulator.tokenFault({ kind: 'other_credentials' });
      await tokens.ensureFresh('acc_1');
      await time.advance(10 * MINUTE - 1);
      await tokens.ensureFresh('acc_2');
      assert.deepEqual([calls(), alerts], [1, ['OAuth configuration refused']]);
      await time.advance(1);
      await tokens.ensureFresh('acc_2');
      assert.equal(calls(), 2);
    });

    it('makes one try after those ten minutes, however many accounts wait for it', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      const ids = ['acc_1', 'acc_2', 'acc_3'];
      for (const id of ids) await anAccountWith({ id });
      simulator.tokenFault({ kind: 'other_credentials', times: null });
      await tokens.ensureFresh('acc_1');
      await time.advance(10 * MINUTE);
      await Promise.all(ids.map((id) => tokens.ensureFresh(id)));
      assert.equal(calls(), 2);
    });

    it('refreshes every account again once that try went well', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      for (const id of ['acc_1', 'acc_2']) await anAccountWith({ id });
      simulator.tokenFault({ kind: 'other_credentials' });
      await tokens.ensureFresh('acc_1');
      await time.advance(10 * MINUTE);
      const answers = [await tokens.ensureFresh('acc_2'), await tokens.ensureFresh('acc_1')];
      assert.deepEqual(
        answers.map(({ kind }) => kind),
        ['usable', 'usable'],
      );
    });

    it('tries at once again after the configuration was changed', async () => {
      const { tokens, configure, anAccountWith, settings } = await begin();
      await anAccountWith({});
      configure({ clientId: 'mistyped' });
      await tokens.ensureFresh('acc_1');
      configure({ clientId: settings.clientId });
      assert.equal((await tokens.ensureFresh('acc_1')).kind, 'usable');
    });

    it('is not held up for a day by a clock that was set back', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      await anAccountWith({ endsIn: -2 * DAY });
      simulator.tokenFault({ kind: 'status', status: 503 });
      await tokens.ensureFresh('acc_1');
      await time.advance(-DAY);
      assert.equal((await tokens.ensureFresh('acc_1')).kind, 'usable');
    });

    it('makes the account invalid on invalid_grant about the newest generation', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.revoke('acc_1');
      const answer = await tokens.ensureFresh('acc_1');
      const expected = { state: 'invalid', reason: 'credential_rejected', since: NOW };
      assert.deepEqual([stateOf(), answer.kind === 'unusable' && answer.reason], [expected, 'rejected']);
    });

    it('says so when another program may have used the refresh token first', async () => {
      const { tokens, vault, endpoint, anAccountWith } = await begin();
      await anAccountWith({});
      assert.equal((await endpoint.refresh(vault.get('acc_1')?.refreshToken ?? '')).kind, 'granted');
      await tokens.ensureFresh('acc_1');
      assert.equal(stateOf()?.state, 'invalid');
      assert.match(world.pool.get('acc_1')?.lastRefreshError?.message ?? '', /used by another program/);
    });

    it('hands nothing out of an account that has just become invalid, though its access token lives', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({ endsIn: ALMOST_OVER });
      simulator.revoke('acc_1');
      assert.equal((await tokens.ensureFresh('acc_1')).kind, 'unusable');
    });

    it('notes in the journal that a throttle, a failure or a refusal has spent nothing', async () => {
      const { tokens, simulator, vault, anAccountWith } = await begin();
      await anAccountWith({ id: 'acc_1' });
      const before = vault.get('acc_1');
      for (const status of [429, 503, 404]) {
        simulator.tokenFault({ kind: 'status', status });
        await tokens.refreshNow('acc_1');
        assert.deepEqual(vault.get('acc_1'), before, `after ${status}`);
      }
    });

    it('does not send a rejected refresh token again by itself', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.revoke('acc_1');
      await tokens.ensureFresh('acc_1');
      await tokens.ensureFresh('acc_1');
      assert.equal(calls(), 1);
    });
  });

  describe('when the outcome of a refresh is unknown', () => {
    const lost = async (endsIn: number) => {
      await begin();
      await world.anAccountWith({ endsIn });
      world.simulator.tokenFault({ kind: 'reset_after' });
      await world.tokens.ensureFresh('acc_1');
      await world.time.advance(MINUTE);
    };

    it('serves the access token while it lives, without risking it', async () => {
      await begin();
      await world.anAccountWith({ endsIn: ALMOST_OVER });
      world.simulator.tokenFault({ kind: 'reset_after' });
      await world.tokens.ensureFresh('acc_1');
      await world.time.advance(ALMOST_OVER - 1);
      const answer = await world.tokens.ensureFresh('acc_1');
      assert.deepEqual([answer.kind, calls()], ['usable', 1]);
    });

    it('tries the old refresh token once more when the access token has ended', async () => {
      await lost(ALMOST_OVER);
      await world.tokens.ensureFresh('acc_1');
      assert.deepEqual(
        world.simulator.books.tokens.map(({ outcome }) => outcome),
        ['committed', 'invalid_grant'],
      );
    });

    it('says that the refresh was lost when the old token is refused', async () => {
      await lost(ALMOST_OVER);
      await world.tokens.ensureFresh('acc_1');
      assert.deepEqual(stateOf(), { state: 'invalid', reason: 'refresh_lost', since: NOW + MINUTE });
    });

    it('goes on as if nothing had happened when the old token turns out to be unspent', async () => {
      await begin();
      await world.anAccountWith({ endsIn: ALMOST_OVER });
      world.simulator.tokenFault({ kind: 'reset_before' });
      await world.tokens.ensureFresh('acc_1');
      await world.time.advance(MINUTE);
      const answer = await world.tokens.ensureFresh('acc_1');
      assert.deepEqual([answer.kind, stateOf(), world.vault.get('acc_1')?.intent], ['usable', active, null]);
    });

    it('treats an intent that was found at start in the same way', async () => {
      const { tokens, simulator, vault, anAccountWith, time } = await begin();
      await anAccountWith({ endsIn: ALMOST_OVER });
      simulator.tokenFault({ kind: 'reset_after' });
      await tokens.ensureFresh('acc_1');
      assert.equal(vault.get('acc_1')?.intent?.generation, 3);
      await time.advance(ALMOST_OVER);
      await tokens.ensureFresh('acc_1');
      assert.equal(vault.get('acc_1')?.trust, 'unverified');
    });

    it('never makes an account invalid without an answer, however often the endpoint is silent', async () => {
      const { tokens, simulator, time, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.tokenFault({ kind: 'reset_before', times: 5 });
      for (let tries = 0; tries < 5; tries += 1) {
        await tokens.ensureFresh('acc_1');
        await time.advance(MINUTE);
      }
      const during = stateOf();
      const answer = await tokens.ensureFresh('acc_1');
      assert.deepEqual([during, answer.kind], [active, 'usable']);
    });
  });

  describe('with a credential from a backup', () => {
    it('serves its access token, and does not refresh before that has ended', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: ALMOST_OVER, credential: { trust: 'unverified' } });
      const answer = await tokens.ensureFresh('acc_1');
      assert.deepEqual([answer.kind, calls()], ['usable', 0]);
    });

    it('trusts it again once the server has granted a new pair', async () => {
      const { tokens, vault, anAccountWith } = await begin();
      await anAccountWith({ credential: { trust: 'unverified' } });
      await tokens.ensureFresh('acc_1');
      assert.equal(vault.get('acc_1')?.trust, 'verified');
    });

    it('says that the refresh was lost when its refresh token is refused', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({ credential: { trust: 'unverified' } });
      simulator.revoke('acc_1');
      await tokens.ensureFresh('acc_1');
      const status = stateOf();
      assert.equal(status?.state === 'invalid' && status.reason, 'refresh_lost');
    });
  });

  describe('when something overtakes a refresh', () => {
    /** Holds the server's answer back until the test has acted. */
    const duringRefresh = async (act: () => Promise<unknown>, held = 'committed') => {
      const reached = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const onTokenStage = async (stage: string) => {
        if (stage !== held) return;
        reached.resolve();
        await go.promise;
      };
      await begin({ simulator: { onTokenStage } });
      await world.anAccountWith({});
      const answer = world.tokens.ensureFresh('acc_1');
      await reached.promise;
      await act();
      go.resolve();
      return answer;
    };

    it('keeps the new login, and discards the late answer', async () => {
      const answer = await duringRefresh(async () => {
        await world.vault.replace(
          'acc_1',
          aCredential({ secret: 'new-login', refreshToken: 'its-refresh-token', expiresAt: NOW + HOUR }),
        );
      });
      assert.deepEqual(answer, { kind: 'usable', secret: 'new-login', generation: 4 });
      assert.equal(world.vault.get('acc_1')?.refreshToken, 'its-refresh-token');
    });

    it('does not hold the rejection of an old token against a new login', async () => {
      await duringRefresh(async () => {
        world.simulator.revoke('acc_1');
        await world.vault.replace('acc_1', aCredential({ expiresAt: NOW + HOUR }));
      }, 'received');
      assert.deepEqual([stateOf(), world.pool.get('acc_1')?.lastRefreshError], [active, null]);
    });

    it('spends nothing when the new login is already being written', async () => {
      await begin();
      await world.anAccountWith({});
      const [, answer] = await Promise.all([
        world.vault.replace('acc_1', aCredential({ secret: 'new-login', expiresAt: NOW + HOUR })),
        world.tokens.ensureFresh('acc_1'),
      ]);
      assert.deepEqual([answer.kind === 'usable' && answer.secret, calls()], ['new-login', 0]);
    });

    it('does not bring a deleted account back', async () => {
      const answer = await duringRefresh(() => world.enrollment.remove('acc_1', { summary: 'removed' }));
      assert.deepEqual([answer.kind, world.vault.get('acc_1'), world.pool.get('acc_1')], ['unusable', undefined, undefined]);
    });

    it('leaves an account paused that was paused meanwhile', async () => {
      await duringRefresh(() => world.pool.applyDurably('acc_1', { type: 'disabled', at: NOW }, { summary: 'paused' }));
      assert.deepEqual([stateOf()?.state, world.vault.get('acc_1')?.generation], ['inactive', 4]);
    });

    it('does not end a limit that was met meanwhile', async () => {
      const until = NOW + HOUR;
      await duringRefresh(async () => {
        world.pool.apply('acc_1', { type: 'quota_rejected', at: NOW, until, cause: 'quota', mark: null }, { summary: '429' });
      });
      assert.equal(stateOf()?.state, 'rate_limited');
    });
  });
});
