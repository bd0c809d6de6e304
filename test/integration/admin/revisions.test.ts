/** Two people who change the same thing at once, and the account that shall serve first. */
import assert from 'node:assert/strict';
import type { Account } from '../../../src/core/account.ts';
import { type AdminWorld, adminHeaders, adminWorld } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';

describe('a change of what somebody else has changed meanwhile', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const send = (method: string, path: string, ifMatch: string, body: object = {}) =>
    world.call(method, path, { headers: { ...adminHeaders, 'if-match': ifMatch }, body });
  const tagOf = async (path: string) => String((await world.call('GET', path)).headers['etag']);

  const things = {
    account: async () => {
      await world.anAccountWith({ endsIn: HOUR });
      return '/api/accounts/acc_1';
    },
    key: async () => `/api/keys/${(await world.aKey('user')).key.id}`,
  };
  for (const [what, make] of Object.entries(things)) {
    it(`is refused for the ${what}, and made for who knows the newest`, async () => {
      const path = await make();
      const first = await tagOf(path);
      assert.match(first, /^"\d+"$/);
      const changed = await send('PATCH', path, first, { name: 'mine' });
      assert.deepEqual([changed.status, changed.headers['etag']], [200, await tagOf(path)]);
      const refused = await send('PATCH', path, first, { name: 'yours' });
      assert.deepEqual([refused.status, refused.body.error.type], [412, 'precondition_failed']);
      assert.equal((await world.call('GET', path)).body.name, 'mine');
      assert.equal((await send('PATCH', path, `"7", ${await tagOf(path)}`, { name: 'yours' })).status, 200);
    });

    it(`is refused for the ${what} to all but one of those who come at the same time`, async () => {
      const path = await make();
      const tag = await tagOf(path);
      const replies = await Promise.all(['a', 'b', 'c'].map((name) => send('PATCH', path, tag, { name })));
      assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, 412, 412]);
    });

    it(`is refused for the ${what} when it would delete it`, async () => {
      const path = await make();
      assert.equal((await send('DELETE', path, '"99"')).status, 412);
      assert.equal((await send('DELETE', path, 'nonsense')).status, 412);
      assert.equal((await send('DELETE', path, await tagOf(path))).status, 204);
    });

    it(`is made for the ${what} when nobody asks, by any revision, and by a tag that a proxy weakened`, async () => {
      const path = await make();
      assert.equal((await world.call('PATCH', path, { body: { name: 'a' } })).status, 200);
      assert.equal((await send('PATCH', path, '*', { name: 'b' })).status, 200);
      assert.equal((await send('PATCH', path, `W/${await tagOf(path)}`, { name: 'c' })).status, 200);
    });
  }

  it('is refused for the secret of a key', async () => {
    const path = await things.key();
    assert.equal((await send('POST', `${path}/rotate`, '"99"')).status, 412);
    assert.equal((await send('POST', `${path}/rotate`, await tagOf(path))).headers['etag'], await tagOf(path));
  });

  it('is not one where only traffic changed the account', async () => {
    const path = await things.account();
    const tag = await tagOf(path);
    world.pool.reserve('acc_1').end({ failed: false, usage: null });
    world.pool.noteRefresh('acc_1', { error: 'no answer' });
    assert.equal((await send('PATCH', path, tag, { name: 'mine' })).status, 200);
  });
});

describe('the account that shall serve first', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (id: string, account: Partial<Account> = {}) => world.anAccountWith({ id, endsIn: HOUR, account });
  const prefer = (id: string) => world.call('POST', `/api/accounts/${id}/prefer`);
  const policy = async () =>
    (await world.call('GET', '/api/settings')).body.data.find(({ key }: { key: string }) => key === 'balancer.policy').value;

  it('comes before all others, which keep their order, and the order counts from now on', async () => {
    await anAccount('acc_1', { priority: 2 });
    await anAccount('acc_2', { priority: -3 });
    const reply = await prefer('acc_1');
    assert.deepEqual([reply.status, reply.body.id, reply.body.priority], [200, 'acc_1', -4]);
    assert.deepEqual([world.pool.get('acc_2')?.priority, await policy()], [-3, 'priority']);
  });

  it('stays as it is when it is the first already', async () => {
    await anAccount('acc_1', { priority: -9 });
    await anAccount('acc_2');
    assert.equal((await prefer('acc_1')).body.priority, -9);
    assert.equal(await policy(), 'priority');
  });

  it('may be the only one', async () => {
    await anAccount('acc_1');
    assert.equal((await prefer('acc_1')).status, 200);
  });

  it('cannot come before one that has the lowest priority there is', async () => {
    await anAccount('acc_1');
    await anAccount('acc_2', { priority: -1000 });
    assert.equal((await prefer('acc_1')).status, 409);
    assert.notEqual(await policy(), 'priority');
  });

  it('must exist', async () => assert.equal((await prefer('acc_404')).status, 404));
});
