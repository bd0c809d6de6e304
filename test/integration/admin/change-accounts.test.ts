/** What a person may change about an account over the administration API, and what is the machine's alone. */
import assert from 'node:assert/strict';
import { accountSchema, refreshResultSchema } from '../../../src/contract/accounts.ts';
import type { Account } from '../../../src/core/account.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR, inactive, invalidSince, limitedUntil, NOW } from '../../support/builders.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('changing accounts over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, id = 'acc_1') => world.anAccountWith({ id, endsIn: 8 * HOUR, account });
  const patch = (body: object, id = 'acc_1') => world.call('PATCH', `/api/accounts/${id}`, { body });

  describe('PATCH', () => {
    it('changes name and priority', async () => {
      await anAccount();
      const reply = await patch({ name: ' new ', priority: 3 });
      const account = accountSchema.parse(reply.body);
      assert.deepEqual([reply.status, account.name, account.priority], [200, 'new', 3]);
    });

    it('may keep the account’s own name in another case', async () => {
      await anAccount({ name: 'work' });
      assert.equal((await patch({ name: 'Work' })).status, 200);
    });

    it('is the same as PUT', async () => {
      await anAccount();
      const reply = await world.call('PUT', '/api/accounts/acc_1', { body: { name: 'put' } });
      assert.deepEqual([reply.status, reply.body.name], [200, 'put']);
    });

    it('switches off and on again', async () => {
      await anAccount();
      assert.equal((await patch({ status: 'inactive' })).body.status, 'inactive');
      assert.equal((await patch({ status: 'active' })).body.status, 'active');
      const types = world.pool.history('acc_1').map(({ type, evidence }) => `${type}: ${evidence.summary}`);
      assert.deepEqual(types.slice(0, 2), ['enabled: enabled by admin key', 'disabled: disabled by admin key']);
    });

    it('of status active changes nothing about a limit', async () => {
      await anAccount({ status: limitedUntil(NOW + HOUR) });
      const account = accountSchema.parse((await patch({ status: 'active' })).body);
      assert.deepEqual([account.status, account.rate_limited_until], ['rate_limited', iso(NOW + HOUR)]);
    });

    for (const status of ['rate_limited', 'invalid', 'deleted', null, 1]) {
      it(`of status ${String(status)} is refused: that is the machine’s`, async () => {
        await anAccount();
        const reply = await patch({ status });
        assert.deepEqual([reply.status, faultsOf(reply)], [400, ['status']]);
      });
    }

    it('gives an API-key account a new key, which heals it', async () => {
      await anAccount({ kind: 'api_key', status: invalidSince(NOW) });
      const reply = await patch({ api_key: 'sk-ant-a-newer-key' });
      assert.deepEqual([reply.status, reply.body.status], [200, 'active']);
      assert.equal(world.vault.get('acc_1')?.secret, 'sk-ant-a-newer-key');
    });

    it('gives a static account a new token', async () => {
      await anAccount({ kind: 'oauth_static' });
      await patch({ access_token: 'a-newer-long-lived-token' });
      assert.equal(world.vault.get('acc_1')?.secret, 'a-newer-long-lived-token');
    });

    for (const [kind, field] of [
      ['oauth', 'api_key'],
      ['oauth', 'access_token'],
      ['api_key', 'access_token'],
      ['oauth_static', 'api_key'],
    ] as const) {
      it(`gives no ${field} to an account of kind ${kind}, and changes nothing else either`, async () => {
        await anAccount({ kind });
        const reply = await patch({ name: 'new', [field]: 'made-up-secret' });
        assert.deepEqual([reply.status, faultsOf(reply)], [400, [field]]);
        assert.equal(world.pool.get('acc_1')?.name, 'acc_1');
      });
    }

    it('refuses a name that another account has', async () => {
      await anAccount({ name: 'one' }, 'acc_1');
      await anAccount({ name: 'two' }, 'acc_2');
      assert.equal((await patch({ name: 'TWO' })).status, 409);
    });

    for (const body of [{ in_flight: 3 }, { id: 'acc_2' }, { windows: [] }, { generation: 9 }]) {
      it(`refuses ${JSON.stringify(body)}`, async () => {
        await anAccount();
        const reply = await patch(body);
        assert.deepEqual([reply.status, faultsOf(reply)], [400, Object.keys(body)]);
      });
    }

    it('sets limits of the account alone, keeps those that were not sent, and gives one back with null', async () => {
      await anAccount();
      await patch({ max_concurrency: 3, max_utilization: 0.8, allow_overage: true });
      const account = accountSchema.parse((await patch({ max_utilization: null })).body);
      assert.deepEqual([account.max_concurrency, account.max_utilization, account.allow_overage], [3, null, true]);
    });

    for (const body of [{ max_concurrency: 0 }, { max_utilization: 1.1 }, { max_utilization: 0 }, { allow_overage: 'yes' }]) {
      it(`refuses ${JSON.stringify(body)}`, async () => {
        await anAccount();
        assert.deepEqual(faultsOf(await patch(body)), Object.keys(body));
      });
    }

    for (const priority of [1.5, 1001, '3']) {
      it(`refuses the priority ${JSON.stringify(priority)}`, async () => {
        await anAccount();
        assert.deepEqual(faultsOf(await patch({ priority })), ['priority']);
      });
    }

    it('answers 404 for an account that is not there', async () => assert.equal((await patch({ name: 'a' })).status, 404));
  });

  describe('DELETE', () => {
    it('takes account and credential away', async () => {
      await anAccount();
      const reply = await world.call('DELETE', '/api/accounts/acc_1');
      assert.deepEqual([reply.status, reply.text], [204, '']);
      assert.deepEqual([world.pool.get('acc_1'), world.vault.get('acc_1')], [undefined, undefined]);
    });

    it('answers 404 the second time', async () => {
      await anAccount();
      await world.call('DELETE', '/api/accounts/acc_1');
      assert.equal((await world.call('DELETE', '/api/accounts/acc_1')).status, 404);
    });
  });

  describe('POST refresh', () => {
    const refresh = async () => world.call('POST', '/api/accounts/acc_1/refresh');

    it('refreshes now and tells the new end', async () => {
      await anAccount({}, 'acc_1');
      await world.time.advance(HOUR);
      const { result, message, account } = refreshResultSchema.parse((await refresh()).body);
      assert.deepEqual([result, message], ['refreshed', null]);
      assert.equal(account.expires_at, iso(NOW + 9 * HOUR));
      assert.equal(account.last_refreshed_at, iso(NOW + HOUR));
    });

    it('proves an invalid account by it', async () => {
      await anAccount({ status: invalidSince(NOW) });
      assert.equal(refreshResultSchema.parse((await refresh()).body).account.status, 'active');
    });

    it('tells why it failed, and shows what that means', async () => {
      await anAccount();
      world.simulator.revoke('acc_1');
      const { result, message, account } = refreshResultSchema.parse((await refresh()).body);
      assert.equal(result, 'failed');
      assert.ok(message && message.length > 10, String(message));
      assert.deepEqual([account.status, account.last_refresh_error !== null], ['invalid', true]);
    });

    it('answers 404 for an account that is not there', async () => assert.equal((await refresh()).status, 404));
  });

  describe('POST clear-limit', () => {
    it('takes cooldown and benches away', async () => {
      await anAccount({ status: limitedUntil(NOW + HOUR), benches: [{ family: 'opus', until: NOW + HOUR }] });
      const reply = await world.call('POST', '/api/accounts/acc_1/clear-limit');
      const account = accountSchema.parse(reply.body);
      assert.deepEqual([reply.status, account.status, account.model_benches], [200, 'active', []]);
      assert.equal(world.pool.history('acc_1')[0]?.evidence.summary, 'limit cleared by admin key');
    });

    it('does not wake an account that is switched off', async () => {
      await anAccount({ status: inactive(limitedUntil(NOW + HOUR)) });
      const account = accountSchema.parse((await world.call('POST', '/api/accounts/acc_1/clear-limit')).body);
      assert.deepEqual([account.status, account.rate_limited_until], ['inactive', null]);
    });

    it('does not heal an account that is invalid', async () => {
      await anAccount({ status: invalidSince(NOW) });
      assert.equal((await world.call('POST', '/api/accounts/acc_1/clear-limit')).body.status, 'invalid');
    });
  });
});
