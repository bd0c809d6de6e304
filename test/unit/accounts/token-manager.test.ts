import assert from 'node:assert/strict';
import type { Credential } from '../../../src/core/credential.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import type { RecordStore } from '../../../src/storage/store.ts';
import { active, HOUR, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld, type WorldOptions } from '../../support/token-world.ts';

const ALMOST_OVER = 30_000;

const aGrant = { token_type: 'Bearer', access_token: 'made-up', refresh_token: 'made-up-too', expires_in: 3600 };

describe('TokenManager', () => {
  let world: TokenWorld;

  const begin = async (options: WorldOptions = {}) => {
    world = await tokenWorld(options);
    return world;
  };
  const refreshes = (id = 'acc_1') => world.simulator.books.refreshes(id);
  const calls = () => world.simulator.books.tokens.length;
  const stateOf = (id = 'acc_1') => world.pool.get(id)?.status;

  afterEach(() => world.close());

  describe('ensureFresh', () => {
    it('hands out the token as it is while more than the buffer is left', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: 61_000 });
      const answer = await tokens.ensureFresh('acc_1');
      assert.deepEqual([answer.kind, calls()], ['usable', 0]);
    });

    it('refreshes when no more than the buffer is left, and hands out the new token', async () => {
      const { tokens, vault, simulator, anAccountWith } = await begin();
      await anAccountWith({ endsIn: 60_000 });
      const answer = await tokens.ensureFresh('acc_1');
      const secret = vault.get('acc_1')?.secret ?? '';
      assert.deepEqual(answer, { kind: 'usable', secret, generation: 4 });
      assert.equal(simulator.books.tokens.at(-1)?.outcome, 'committed');
    });

    it('makes one refresh of a thousand simultaneous wishes', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({});
      const answers = await Promise.all(Array.from({ length: 1000 }, () => tokens.ensureFresh('acc_1')));
      const secrets = new Set(answers.map((answer) => (answer.kind === 'usable' ? answer.secret : answer.reason)));
      assert.deepEqual([refreshes(), secrets.size], [1, 1]);
    });

    it('lets no account wait for the refresh of another', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({ id: 'acc_1' });
      await anAccountWith({ id: 'acc_2', endsIn: HOUR });
      simulator.tokenFault({ kind: 'hang' });
      const waiting = tokens.ensureFresh('acc_1');
      assert.equal((await tokens.ensureFresh('acc_2')).kind, 'usable');
      await simulator.close();
      await waiting;
    });

    it('tells the pool about the new generation and its end', async () => {
      const { tokens, pool, anAccountWith } = await begin();
      await anAccountWith({});
      await tokens.ensureFresh('acc_1');
      const { generation, expiresAt, lastRefreshedAt } = pool.get('acc_1') ?? {};
      assert.deepEqual(
        { generation, expiresAt, lastRefreshedAt },
        { generation: 4, expiresAt: NOW + 8 * HOUR, lastRefreshedAt: NOW },
      );
    });

    it('keeps the refresh token when the server sends no new one', async () => {
      const { tokens, simulator, vault, anAccountWith } = await begin();
      await anAccountWith({});
      const before = vault.get('acc_1')?.refreshToken;
      simulator.tokenFault({ kind: 'no_refresh_token' });
      await tokens.ensureFresh('acc_1');
      assert.deepEqual([vault.get('acc_1')?.refreshToken, vault.get('acc_1')?.generation], [before, 4]);
    });

    it('knows nothing of an account without credential', async () => {
      const { tokens } = await begin();
      const answer = await tokens.ensureFresh('acc_9');
      assert.equal(answer.kind === 'unusable' && answer.reason, 'unknown_account');
    });

    it('hands out a static token until it ends, and never asks for another', async () => {
      const { tokens, time, anAccountWith } = await begin();
      const kind = 'oauth_static';
      await anAccountWith({ endsIn: ALMOST_OVER, account: { kind }, credential: { kind, refreshToken: null } });
      const before = await tokens.ensureFresh('acc_1');
      await time.advance(ALMOST_OVER);
      const after = await tokens.ensureFresh('acc_1');
      assert.deepEqual([before.kind, after.kind === 'unusable' && after.reason, calls()], ['usable', 'rejected', 0]);
    });

    it('does not refresh an invalid account by itself', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ account: { status: invalidSince(NOW) } });
      const answer = await tokens.ensureFresh('acc_1');
      assert.deepEqual([answer.kind === 'unusable' && answer.reason, calls()], ['rejected', 0]);
    });

    it('makes an account invalid whose token has ended and that has no refresh token', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ credential: { refreshToken: null } });
      await tokens.ensureFresh('acc_1');
      assert.deepEqual(stateOf(), { state: 'invalid', reason: 'credential_rejected', since: NOW });
    });
  });

  describe('renew', () => {
    it('fetches a new token although the old one has not ended', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR });
      const answer = await tokens.renew('acc_1', 3);
      assert.equal(answer.kind === 'usable' && answer.generation, 4);
    });

    it('hands out a newer token without a call', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR });
      const answer = await tokens.renew('acc_1', 2);
      assert.deepEqual([answer.kind, calls()], ['usable', 0]);
    });

    it('makes one refresh of many refusals of the same token', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR });
      const answers = await Promise.all(Array.from({ length: 50 }, () => tokens.renew('acc_1', 3)));
      assert.deepEqual([refreshes(), answers.every(({ kind }) => kind === 'usable')], [1, true]);
    });

    it('never answers with the token that was refused', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR });
      simulator.tokenFault({ kind: 'status', status: 503 });
      assert.equal((await tokens.renew('acc_1', 3)).kind, 'unusable');
    });

    it('forces at most one refresh in five minutes', async () => {
      const { tokens, time, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR });
      await tokens.renew('acc_1', 3);
      await time.advance(5 * MINUTE - 1);
      const early = tokens.mayRenew('acc_1', 4);
      await time.advance(1);
      assert.deepEqual([early, tokens.mayRenew('acc_1', 4), refreshes()], [false, true, 1]);
    });

    it('has no sense for static kinds', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ account: { kind: 'api_key' }, credential: { kind: 'api_key', refreshToken: null, expiresAt: null } });
      assert.equal(tokens.mayRenew('acc_1', 3), false);
    });
  });

  describe('refreshNow', () => {
    it('acquits an invalid account when the server grants a new token', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({ endsIn: HOUR, account: { status: invalidSince(NOW) } });
      assert.deepEqual([await tokens.refreshNow('acc_1'), stateOf()], [{ kind: 'refreshed' }, active]);
    });

    it('does not acquit an account whose login lacks the right to send requests, unless the server grants it', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      const status = { state: 'invalid', reason: 'inference_withheld', since: NOW } as const;
      await anAccountWith({ endsIn: HOUR, account: { status }, credential: { scopes: ['user:profile'] } });
      simulator.tokenFault({ kind: 'status', status: 200, body: JSON.stringify({ ...aGrant, scope: 'user:profile' }) });
      const result = await tokens.refreshNow('acc_1');
      assert.deepEqual([result.kind === 'failed' && result.reason, stateOf()?.state], ['rejected', 'invalid']);
      simulator.tokenFault({ kind: 'status', status: 200, body: JSON.stringify({ ...aGrant, scope: 'user:inference' }) });
      assert.deepEqual([await tokens.refreshNow('acc_1'), stateOf()], [{ kind: 'refreshed' }, active]);
    });

    it('does not end a limit', async () => {
      const { tokens, anAccountWith } = await begin();
      const status = limitedUntil(NOW + HOUR);
      await anAccountWith({ endsIn: HOUR, account: { status } });
      await tokens.refreshNow('acc_1');
      assert.deepEqual(stateOf(), status);
    });

    it('leaves an account invalid when the server refuses', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({ account: { status: invalidSince(NOW) } });
      simulator.revoke('acc_1');
      const result = await tokens.refreshNow('acc_1');
      assert.deepEqual([result.kind === 'failed' && result.reason, stateOf()?.state], ['rejected', 'invalid']);
    });

    it('does not wait for a hold, because a person asks', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      await anAccountWith({});
      simulator.tokenFault({ kind: 'other_credentials' });
      await tokens.ensureFresh('acc_1');
      assert.equal((await tokens.refreshNow('acc_1')).kind, 'refreshed');
    });

    it('proves a static credential with a minimal request to the upstream', async () => {
      const { tokens, simulator, anAccountWith } = await begin();
      simulator.addAccount({ name: 'keyed' });
      const secret = simulator.issueApiKey('keyed');
      const kind = 'api_key';
      const status = invalidSince(NOW);
      await anAccountWith({ account: { kind, status }, credential: { kind, secret, refreshToken: null, expiresAt: null } });
      assert.deepEqual([await tokens.prove('acc_1'), stateOf()], [{ kind: 'verified' }, active]);
      const seen = simulator.books.api.map(({ method, target, violations }) => ({ method, target, violations }));
      assert.deepEqual(seen, [{ method: 'GET', target: '/v1/models?limit=1', violations: [] }]);
    });

    it('leaves a static account invalid that the upstream refuses', async () => {
      const { tokens, anAccountWith } = await begin();
      const kind = 'oauth_static';
      const status = invalidSince(NOW);
      await anAccountWith({
        account: { kind, status },
        credential: { kind, secret: 'wrong', refreshToken: null, expiresAt: null },
      });
      const result = await tokens.prove('acc_1');
      assert.deepEqual([result.kind === 'failed' && result.reason, stateOf()], ['rejected', status]);
    });
  });

  describe('a fault that nobody expected', () => {
    /** All writes about this account but the one that makes it meet a bug. */
    const storeThatFailsFor = (broken: string): RecordStore<Credential> => {
      const store = createMemoryRecordStore<Credential>();
      const made = new Set<string>();
      return {
        list: store.list,
        update: (id, change) => {
          if (id === broken && made.has(id)) return Promise.reject(new TypeError('a bug'));
          made.add(id);
          return store.update(id, change);
        },
      };
    };

    it('is told of a proof that nobody waits for, and goes no further', async () => {
      const { tokens, alerts, anAccountWith } = await begin({ credentials: storeThatFailsFor('acc_1') });
      await anAccountWith({ endsIn: HOUR });
      const proof = await tokens.prove('acc_1');
      assert.deepEqual(proof, { kind: 'failed', reason: 'storage', message: 'the refresh failed unexpectedly' });
      assert.deepEqual(alerts, ['a refresh failed unexpectedly']);
    });

    it('in one refresh of the job does not keep the job from the others', async () => {
      const { tokens, anAccountWith, time } = await begin({ credentials: storeThatFailsFor('acc_1') });
      for (const id of ['acc_1', 'acc_2']) await anAccountWith({ id, endsIn: MINUTE });
      const run = tokens.refreshDue();
      for (let seconds = 0; seconds < 10; seconds += 1) await time.advance(1000);
      assert.deepEqual(await run, { refreshed: 1, failed: 1, skipped: 0 });
    });
  });

  describe('idle', () => {
    it('waits for a refresh that is under way', async () => {
      const { tokens, vault, anAccountWith } = await begin();
      await anAccountWith({});
      void tokens.ensureFresh('acc_1');
      await tokens.idle(10_000);
      assert.equal(vault.get('acc_1')?.generation, 4);
    });

    it('waits no longer than it is told', async () => {
      const { tokens, time, simulator, anAccountWith } = await begin();
      await anAccountWith({});
      const reached = Promise.withResolvers<void>();
      simulator.tokenFault({ kind: 'hang' });
      const answer = tokens.ensureFresh('acc_1').finally(reached.resolve);
      const idle = tokens.idle(10_000);
      await time.advance(10_000);
      await idle;
      await simulator.close();
      await answer;
    });

    it('begins no more refreshes by itself', async () => {
      const { tokens, anAccountWith } = await begin();
      await anAccountWith({});
      await tokens.idle(0);
      await tokens.refreshDue();
      assert.equal(calls(), 0);
    });
  });
});
