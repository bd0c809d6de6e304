/** Accounts with a secret of their own are added over the administration API, and what is refused on the way. */
import assert from 'node:assert/strict';
import { createdAccountSchema } from '../../../src/contract/accounts.ts';
import type { Account } from '../../../src/core/account.ts';
import { ADMIN_KEY, type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';

describe('adding accounts over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, id = 'acc_1') => world.anAccountWith({ id, endsIn: 8 * HOUR, account });

  describe('POST', () => {
    const post = (body: unknown) => world.call('POST', '/api/accounts', { body });

    it('adds an account of kind api_key', async () => {
      const reply = await post({ name: 'billed', kind: 'api_key', api_key: 'sk-ant-made-up-key' });
      assert.equal(reply.status, 201);
      const { result, account } = createdAccountSchema.parse(reply.body);
      assert.deepEqual([result, account.kind, account.status], ['created', 'api_key', 'active']);
      assert.equal(world.vault.get(account.id)?.secret, 'sk-ant-made-up-key');
    });

    it('adds an account of kind oauth_static, with its end in any offset', async () => {
      const expires_at = '2027-01-01T01:00:00+01:00';
      const reply = await post({ name: 'static', kind: 'oauth_static', access_token: 'made-up-long-lived', expires_at });
      assert.equal(reply.status, 201);
      assert.equal(createdAccountSchema.parse(reply.body).account.expires_at, '2027-01-01T00:00:00.000Z');
    });

    it('remembers who added it', async () => {
      await post({ name: 'billed', kind: 'api_key', api_key: 'sk-ant-made-up-key' });
      const [created] = world.pool.history(world.pool.list()[0]?.id ?? '');
      assert.equal(created?.evidence.summary, 'added by admin key');
    });

    it('remembers who finished a login, in words that fit a new account and one that is authorized again', async () => {
      world.simulator.addAccount({ name: 'one' });
      for (let turn = 0; turn < 2; turn += 1) {
        const { authorization_url } = (await world.call('POST', '/api/oauth/authorize', { body: {} })).body;
        const { code, state } = world.simulator.approve(authorization_url, 'one');
        await post({ code, state });
      }
      const history = world.pool.history(world.pool.list()[0]?.id ?? '');
      assert.deepEqual(
        history.map(({ type, evidence }) => [type, evidence.summary]),
        [
          ['reauthorized', 'login finished by admin key'],
          ['created', 'login finished by admin key'],
        ],
      );
    });

    it('refuses a name that is taken, whatever its case', async () => {
      await anAccount({ name: 'Work' });
      const reply = await post({ name: 'work', kind: 'api_key', api_key: 'sk-ant-made-up-key' });
      assert.deepEqual([reply.status, reply.body.error.type], [409, 'conflict_error']);
      assert.equal(world.pool.list().length, 1);
    });

    const REFUSED: readonly (readonly [string, unknown, readonly string[]])[] = [
      ['a kind that does not exist', { kind: 'magic' }, ['kind']],
      ['neither code nor kind', {}, ['code']],
      ['a list', [], ['(body)']],
      ['every fault at once', { kind: 'api_key', name: ' ', api_key: 'short' }, ['name', 'api_key']],
      ['a secret with a space in it', { kind: 'api_key', name: 'a', api_key: 'sk-ant made-up' }, ['api_key']],
      ['a secret that no header can carry', { kind: 'api_key', name: 'a', api_key: 'sk-ant-mäde-up' }, ['api_key']],
      ['the secret of another kind', { kind: 'api_key', name: 'a', access_token: 'made-up-long' }, ['api_key', 'access_token']],
      ['a name with a line break', { kind: 'api_key', name: 'a\nb', api_key: 'sk-ant-made-up' }, ['name']],
      ['a name of 101 characters', { kind: 'api_key', name: 'a'.repeat(101), api_key: 'sk-ant-made-up' }, ['name']],
      ['an unknown field', { kind: 'api_key', name: 'a', api_key: 'sk-ant-made-up', status: 'active' }, ['status']],
      ['a field of the language', JSON.parse('{"code":"x","__proto__":{"a":1}}'), ['__proto__']],
      [
        'an end in the past',
        { kind: 'oauth_static', name: 'a', access_token: 'made-up-long', expires_at: '2020-01-01T00:00:00Z' },
        ['expires_at'],
      ],
      [
        'an end that is no instant',
        { kind: 'oauth_static', name: 'a', access_token: 'made-up-long', expires_at: 'soon' },
        ['expires_at'],
      ],
    ];
    for (const [what, body, paths] of REFUSED) {
      it(`refuses ${what}, and names it`, async () => {
        const reply = await post(body);
        assert.equal(reply.status, 400);
        assert.deepEqual(faultsOf(reply), paths);
        assert.equal(world.pool.list().length, 0);
      });
    }

    it('never repeats a secret that it refuses', async () => {
      const reply = await post({ kind: 'api_key', name: 'a', api_key: 'spilled secret' });
      assert.ok(!reply.text.includes('spilled'));
    });
  });

  describe('a body', () => {
    const raw = (body: string, type: string) =>
      world.call('POST', '/api/keys', { headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': type }, body });

    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      it(`of type ${type} is refused with 415`, async () => assert.equal((await raw('{"name":"a"}', type)).status, 415));
    }
    it('in another character set is refused with 415', async () =>
      assert.equal((await raw('{"name":"a"}', 'application/json; charset=iso-8859-1')).status, 415));
    it('that is no JSON is refused with 400', async () => assert.equal((await raw('{"name":', 'application/json')).status, 400));
    it('that is a bare string is refused with 400', async () =>
      assert.equal((await raw('"name"', 'application/json')).status, 400));
    it('of more than 256 KiB is refused with 413', async () => {
      const reply = await raw(JSON.stringify({ name: 'a'.repeat(256 * 1024) }), 'application/json');
      assert.deepEqual([reply.status, reply.body.error.type], [413, 'request_too_large']);
    });
  });
});
