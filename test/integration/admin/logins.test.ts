/** Adding accounts by their owner's approval, over the administration API and against the simulated authorization server. */
import assert from 'node:assert/strict';
import { createdAccountSchema, loginSchema } from '../../../src/contract/accounts.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { MINUTE, NOW } from '../../support/builders.ts';

describe('logins over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
    world.simulator.addAccount({ name: 'ada', email: 'ada@example.com', organization: 'Engines' });
    world.simulator.addAccount({ name: 'bob' });
  });
  afterEach(() => world.close());

  const authorize = (body: object = {}) => world.call('POST', '/api/oauth/authorize', { body });
  const begin = async (body: object = {}) => loginSchema.parse((await authorize(body)).body);
  const approve = (url: string, who = 'ada') => world.simulator.approve(url, who);
  const finish = (body: object) => world.call('POST', '/api/accounts', { body });
  const added = async (who = 'ada', wanted: object = {}) => {
    const { code, state } = approve((await begin(wanted)).authorization_url, who);
    return finish({ code, state });
  };

  it('begin with an address, a state and ten minutes', async () => {
    const { authorization_url, state, expires_at } = await begin();
    const { searchParams } = new URL(authorization_url);
    assert.deepEqual([searchParams.get('state'), searchParams.get('code_challenge_method')], [state, 'S256']);
    assert.match(state, /^[\w-]{43}$/);
    assert.equal(expires_at, new Date(NOW + 10 * MINUTE).toISOString());
  });

  it('name the organization that was asked for', async () => {
    const organization_uuid = '5e1f0a8c-0000-4000-8000-000000000002';
    const { authorization_url } = await begin({ organization_uuid });
    assert.equal(new URL(authorization_url).searchParams.get('orgUUID'), organization_uuid);
  });

  it('end with a new account that knows whose it is', async () => {
    const reply = await added();
    assert.equal(reply.status, 201);
    const { result, account } = createdAccountSchema.parse(reply.body);
    assert.deepEqual(
      [result, account.kind, account.name, account.email, account.organization.name],
      ['created', 'oauth', 'ada@example.com', 'ada@example.com', 'Engines'],
    );
  });

  it('take the name that was given at the beginning', async () =>
    assert.equal((await added('ada', { name: 'work' })).body.account.name, 'work'));

  it('take the name that is given at the end, before the other', async () => {
    const { code, state } = approve((await begin({ name: 'work' })).authorization_url);
    assert.equal((await finish({ name: 'home', code, state })).body.account.name, 'home');
  });

  it('take what people paste: code and state in one', async () => {
    const { code, state } = approve((await begin()).authorization_url);
    assert.equal((await finish({ name: 'pasted', code: ` ${code}#${state}\n` })).status, 201);
  });

  it('take what people paste: the whole address', async () => {
    const { redirectUrl } = approve((await begin()).authorization_url);
    assert.equal((await finish({ code: redirectUrl })).status, 201);
  });

  it('of a known identity authorize its account again', async () => {
    const first = createdAccountSchema.parse((await added()).body);
    const reply = await added();
    assert.equal(reply.status, 200);
    const again = createdAccountSchema.parse(reply.body);
    assert.deepEqual([again.result, again.account.id], ['reauthorized', first.account.id]);
    const told = world.pool.history(first.account.id).map(({ type, evidence }) => `${type}: ${evidence.summary}`);
    assert.deepEqual(told, ['reauthorized: login finished by admin key', 'created: login finished by admin key']);
  });

  it('for another identity than the account’s are told as a conflict, and kept', async () => {
    const { account } = createdAccountSchema.parse((await added('ada')).body);
    const reply = await added('bob', { account_id: account.id });
    assert.equal(reply.status, 409);
    const kept = world.pool.list().find(({ id }) => id !== account.id);
    assert.equal(kept?.status.state, 'inactive');
    assert.ok(reply.body.error.message.includes(`kept as the new account "${kept?.name}", switched off`));
    const view = await world.call('GET', `/api/accounts/${kept?.id}`);
    assert.equal(view.body.status_reason, 'Kept switched off, because nobody asked for it.');
  });

  it('for another identity than the account’s that is in the pool renew that one in place, and make no second', async () => {
    const ada = createdAccountSchema.parse((await added('ada')).body).account;
    const bob = createdAccountSchema.parse((await added('bob')).body).account;
    const reply = await added('bob', { account_id: ada.id });
    assert.equal(reply.status, 409);
    assert.ok(reply.body.error.message.includes(`"${bob.name}", which was in the pool already, has a new login.`));
    assert.ok(reply.body.error.message.includes(`that of "${ada.name}", which is as it was`));
    assert.deepEqual(
      world.pool.list().map(({ id, status, generation }) => [id, status.state, generation]),
      [
        [ada.id, 'active', 1],
        [bob.id, 'active', 2],
      ],
    );
  });

  it('for an account that is not there answer 404', async () =>
    assert.equal((await authorize({ account_id: 'acc_404' })).status, 404));

  it('for an account that has none are refused', async () => {
    await world.anAccountWith({ account: { kind: 'api_key' } });
    const reply = await authorize({ account_id: 'acc_1' });
    assert.deepEqual([reply.status, faultsOf(reply)], [400, ['account_id']]);
  });

  it('with a mistyped code can be finished again', async () => {
    const { code, state } = approve((await begin()).authorization_url);
    const reply = await finish({ code: 'mistyped', state });
    assert.deepEqual([reply.status, faultsOf(reply)], [400, ['code']]);
    assert.equal((await finish({ code, state })).status, 201);
  });

  it('that nobody began are refused', async () => {
    const reply = await finish({ code: 'some-code', state: 'a'.repeat(43) });
    assert.deepEqual([reply.status, faultsOf(reply)], [400, ['state']]);
  });

  it('are over after ten minutes', async () => {
    const { code, state } = approve((await begin()).authorization_url);
    await world.time.advance(10 * MINUTE);
    assert.deepEqual(faultsOf(await finish({ code, state })), ['state']);
  });

  it('that their owner did not approve are told as such', async () => {
    const { state } = await begin();
    const reply = await finish({ code: `http://127.0.0.1/oauth/callback?error=access_denied&state=${state}` });
    assert.equal(reply.status, 409);
    assert.match(reply.body.error.message, /access_denied/);
  });

  it('that meet a broken token endpoint answer 502, and can be finished later', async () => {
    const { code, state } = approve((await begin()).authorization_url);
    world.simulator.tokenFault({ kind: 'status', status: 503 });
    assert.equal((await finish({ code, state })).status, 502);
    assert.equal((await finish({ code, state })).status, 201);
  });

  describe('without a configured client id', () => {
    beforeEach(() => world.configure({ clientId: undefined }));

    it('are refused with the key that is missing', async () => {
      const reply = await authorize();
      assert.deepEqual([reply.status, reply.body.error.type, faultsOf(reply)], [409, 'not_configured', ['oauth.client_id']]);
    });

    it('begin once it is sent along, and it is kept as a setting', async () => {
      const reply = await authorize({ client_id: world.simulator.clientId });
      assert.equal(reply.status, 200);
      assert.deepEqual(world.storedClientIds, [world.simulator.clientId]);
    });
  });

  it('with another client id than the configured one are refused', async () => {
    const reply = await authorize({ client_id: 'another' });
    assert.equal(reply.status, 409);
    assert.deepEqual(world.storedClientIds, []);
  });

  it('with the configured client id begin, and nothing is stored', async () => {
    assert.equal((await authorize({ client_id: world.simulator.clientId })).status, 200);
    assert.deepEqual(world.storedClientIds, []);
  });

  for (const body of [{ organization_uuid: 'x' }, { name: '' }, { client_id: 'a b' }, { redirect_uri: 'https://evil.example' }]) {
    it(`with ${JSON.stringify(body)} are refused`, async () => {
      const reply = await authorize(body);
      assert.deepEqual([reply.status, faultsOf(reply)], [400, Object.keys(body)]);
    });
  }
});
