import assert from 'node:assert/strict';
import { nobody } from '../../../src/core/account.ts';
import type { Grant } from '../../../src/oauth/granted-tokens.ts';
import type { GrantedLogin } from '../../../src/oauth/login-flow.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { aCredential, anAccount, HOUR, invalidSince, NOW } from '../../support/builders.ts';
import { fillableDisk } from '../../support/fillable-disk.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

const BY_A_PERSON = { summary: 'by a person' };
const ada = {
  ...nobody,
  accountUuid: 'uuid-ada',
  email: 'ada@example.test',
  organizationUuid: 'uuid-org',
  organizationName: 'Org',
};
const bob = { ...ada, accountUuid: 'uuid-bob', email: 'bob@example.test' };

let logins = 0;
function aLogin(grant: Partial<Grant> = {}, intent: GrantedLogin['intent'] = {}, withheld: readonly string[] = []): GrantedLogin {
  const tokens = { secret: 'at', refreshToken: 'rt', expiresAt: NOW + HOUR, loginExpiresAt: null, scopes: ['user:inference'] };
  return { kind: 'granted', state: `state-${++logins}`, intent, withheld, grant: { ...tokens, identity: ada, ...grant } };
}

describe('enrollment', () => {
  let world: TokenWorld;
  const names = () => world.pool.list().map(({ name }) => name);

  beforeEach(async () => {
    world = await tokenWorld();
  });
  afterEach(() => world.close());

  describe('of a grant', () => {
    it('makes a new account that may serve', async () => {
      const { result, account } = await world.enrollment.enrollGrant(aLogin(), BY_A_PERSON);
      assert.deepEqual([result, account.status, world.vault.get(account.id)?.secret], ['created', { state: 'active' }, 'at']);
    });

    it('names the account as asked, else after its e-mail address', async () => {
      await world.enrollment.enrollGrant(aLogin({}, { name: 'work' }), BY_A_PERSON);
      await world.enrollment.enrollGrant(aLogin({ identity: bob }), BY_A_PERSON);
      assert.deepEqual(names(), ['work', 'bob@example.test']);
    });

    it('authorizes a known identity again in place', async () => {
      const { account } = await world.enrollment.enrollGrant(aLogin(), BY_A_PERSON);
      const again = await world.enrollment.enrollGrant(aLogin({ secret: 'at-2' }), BY_A_PERSON);
      assert.deepEqual(
        [again.result, again.account.id, again.account.generation, world.vault.get(account.id)?.secret, names().length],
        ['reauthorized', account.id, 2, 'at-2', 1],
      );
    });

    it('makes an account that needs a person where the right to send requests was withheld', async () => {
      const login = aLogin({ scopes: ['user:profile'] }, {}, ['user:inference']);
      const { result, account } = await world.enrollment.enrollGrant(login, BY_A_PERSON);
      assert.deepEqual([result, account.status], ['created', { state: 'invalid', reason: 'inference_withheld', since: NOW }]);
    });

    it('takes an account out of service that is authorized again without that right, and back with it', async () => {
      const { account } = await world.enrollment.enrollGrant(aLogin(), BY_A_PERSON);
      const stateAfter = async (withheld: readonly string[]) => {
        await world.enrollment.enrollGrant(aLogin({}, {}, withheld), BY_A_PERSON);
        return world.pool.get(account.id)?.status.state;
      };
      assert.deepEqual([await stateAfter(['user:inference']), await stateAfter([])], ['invalid', 'active']);
    });

    it('notes what else was withheld, and lets the account serve', async () => {
      const { account } = await world.enrollment.enrollGrant(aLogin({}, {}, ['user:profile']), BY_A_PERSON);
      assert.equal(account.status.state, 'active');
      assert.equal(world.pool.history(account.id).at(-1)?.evidence.summary, 'by a person; not granted: user:profile');
    });

    it('takes the same person in another organisation for another account', async () => {
      await world.enrollment.enrollGrant(aLogin(), BY_A_PERSON);
      const other = await world.enrollment.enrollGrant(aLogin({ identity: { ...ada, organizationUuid: 'other' } }), BY_A_PERSON);
      assert.deepEqual([other.result, names()], ['created', ['ada@example.test', 'ada@example.test 2']]);
    });

    it('takes nothing for known when the server names no identity', async () => {
      await world.enrollment.enrollGrant(aLogin({ identity: nobody }), BY_A_PERSON);
      assert.equal((await world.enrollment.enrollGrant(aLogin({ identity: nobody }), BY_A_PERSON)).result, 'created');
    });

    it('makes an invalid account serve again', async () => {
      await world.anAccountWith({ account: { status: invalidSince(NOW), identity: ada } });
      const { account } = await world.enrollment.enrollGrant(aLogin({}, { accountId: 'acc_1' }), BY_A_PERSON);
      assert.deepEqual([account.id, account.status], ['acc_1', { state: 'active' }]);
    });

    it('ends the report of a refresh that failed', async () => {
      await world.anAccountWith({});
      world.pool.noteRefresh('acc_1', { error: 'broken' });
      await world.enrollment.enrollGrant(aLogin({}, { accountId: 'acc_1' }), BY_A_PERSON);
      assert.equal(world.pool.get('acc_1')?.lastRefreshError, null);
    });

    it('learns the identity of an account that had none', async () => {
      await world.anAccountWith({});
      await world.enrollment.enrollGrant(aLogin({}, { accountId: 'acc_1' }), BY_A_PERSON);
      assert.deepEqual(world.pool.get('acc_1')?.identity, ada);
    });

    it('keeps a grant of another identity than asked for as a new, inactive account', async () => {
      await world.anAccountWith({ account: { identity: ada } });
      const before = world.vault.get('acc_1');
      const { result, account } = await world.enrollment.enrollGrant(
        aLogin({ identity: bob }, { accountId: 'acc_1' }),
        BY_A_PERSON,
      );
      assert.deepEqual([result, account.status.state, account.id === 'acc_1'], ['other_created', 'inactive', false]);
      assert.deepEqual([world.vault.get('acc_1'), world.vault.get(account.id)?.secret], [before, 'at']);
    });

    it('renews the login of the identity that approved, where that is in the pool, and leaves the account asked for as it is', async () => {
      await world.anAccountWith({ account: { identity: ada, status: invalidSince(NOW) } });
      const bobs = await world.enrollment.enrollGrant(aLogin({ identity: bob }), BY_A_PERSON);
      const before = world.vault.get('acc_1');
      const login = aLogin({ identity: bob, secret: 'at-2' }, { accountId: 'acc_1' });
      const { result, account, asked } = await world.enrollment.enrollGrant(login, BY_A_PERSON);
      assert.deepEqual([result, account.id, asked?.id], ['other_reauthorized', bobs.account.id, 'acc_1']);
      assert.deepEqual([names().length, world.vault.get(bobs.account.id)?.secret], [2, 'at-2']);
      assert.deepEqual([world.vault.get('acc_1'), world.pool.get('acc_1')?.status.state], [before, 'invalid']);
      const why = world.pool.history(account.id).findLast(({ type }) => type === 'reauthorized')?.evidence.summary;
      assert.equal(why, 'by a person; it was meant for "acc_1"');
    });

    it('leaves an account switched off that a person switched off, when its login is renewed that way', async () => {
      await world.anAccountWith({ account: { identity: ada } });
      const { account } = await world.enrollment.enrollGrant(aLogin({ identity: bob }), BY_A_PERSON);
      await world.pool.applyDurably(account.id, { type: 'disabled', at: NOW }, BY_A_PERSON);
      await world.enrollment.enrollGrant(aLogin({ identity: bob }, { accountId: 'acc_1' }), BY_A_PERSON);
      assert.equal(world.pool.get(account.id)?.status.state, 'inactive');
    });

    it('makes a new account when the one asked for is gone', async () => {
      assert.equal((await world.enrollment.enrollGrant(aLogin({}, { accountId: 'acc_9' }), BY_A_PERSON)).result, 'created');
    });

    it('has one outcome for one login handed in twice', async () => {
      const login = aLogin({ identity: nobody });
      const both = await Promise.all([login, login].map((one) => world.enrollment.enrollGrant(one, BY_A_PERSON)));
      assert.deepEqual([both[0], names().length], [both[1], 1]);
    });

    it('makes one account of two simultaneous logins of one identity', async () => {
      const both = await Promise.all([aLogin(), aLogin()].map((one) => world.enrollment.enrollGrant(one, BY_A_PERSON)));
      assert.deepEqual(
        both.map(({ result }) => result),
        ['created', 'reauthorized'],
      );
    });

    it('gives an account a credential again that had lost it', async () => {
      await world.pool.add(anAccount({ identity: ada }), BY_A_PERSON);
      const { result } = await world.enrollment.enrollGrant(aLogin(), BY_A_PERSON);
      assert.deepEqual(
        [result, world.vault.get('acc_1')?.generation, world.pool.get('acc_1')?.generation],
        ['reauthorized', 4, 4],
      );
    });
  });

  describe('of a secret', () => {
    it('makes an account that never refreshes', async () => {
      const account = await world.enrollment.enrollSecret({ name: 'paid', kind: 'api_key', secret: 'key' }, BY_A_PERSON);
      const { kind, refreshToken, expiresAt } = world.vault.get(account.id) ?? aCredential();
      assert.deepEqual({ kind, refreshToken, expiresAt }, { kind: 'api_key', refreshToken: null, expiresAt: null });
    });

    it('replaces it in place, which makes the account serve again', async () => {
      const { id } = await world.enrollment.enrollSecret({ name: 'paid', kind: 'api_key', secret: 'key' }, BY_A_PERSON);
      const rejection = { type: 'credential_rejected', at: NOW, generation: 1, reason: 'credential_rejected' } as const;
      world.pool.apply(id, rejection, BY_A_PERSON);
      const account = await world.enrollment.replaceSecret(id, { secret: 'key-2' }, BY_A_PERSON);
      assert.deepEqual([account?.status, account?.generation, world.vault.get(id)?.secret], [{ state: 'active' }, 2, 'key-2']);
    });

    it('leaves an account alone that refreshes itself', async () => {
      await world.anAccountWith({});
      assert.equal(await world.enrollment.replaceSecret('acc_1', { secret: 'x' }, BY_A_PERSON), undefined);
    });
  });

  it('removes an account for good, also while somebody signs in to it anew', async () => {
    const disk = await fillableDisk();
    const slow = await tokenWorld({ accounts: await disk.openAccounts() });
    await slow.anAccountWith({});
    const removal = slow.enrollment.remove('acc_1', BY_A_PERSON);
    const { account } = await slow.enrollment.enrollGrant(aLogin({}, { accountId: 'acc_1' }), BY_A_PERSON);
    assert.deepEqual([await removal, slow.vault.get('acc_1'), account.id === 'acc_1'], [true, undefined, false]);
    await slow.close();
    await disk.remove();
  });

  it('removes account and credential', async () => {
    await world.anAccountWith({});
    const removed = [await world.enrollment.remove('acc_1', BY_A_PERSON), await world.enrollment.remove('acc_1', BY_A_PERSON)];
    assert.deepEqual([removed, world.vault.get('acc_1'), world.pool.get('acc_1')], [[true, false], undefined, undefined]);
  });

  describe('after a crash', () => {
    it('adopts a credential without account as an inactive account', async () => {
      await world.vault.add(aCredential());
      assert.deepEqual(await world.enrollment.reconcile(), { adopted: ['acc_1'], orphaned: [] });
      assert.deepEqual([world.pool.get('acc_1')?.status.state, world.pool.get('acc_1')?.generation], ['inactive', 3]);
    });

    it('says of an account without credential that it needs a person', async () => {
      await world.pool.add(anAccount(), BY_A_PERSON);
      assert.deepEqual(await world.enrollment.reconcile(), { adopted: [], orphaned: ['acc_1'] });
      assert.equal(world.pool.get('acc_1')?.status.state, 'invalid');
    });
  });
});

describe('enrollment on a full disk', () => {
  it('throws, and can be repeated with the same login', async () => {
    const disk = await fillableDisk();
    const world = await tokenWorld({ credentials: await disk.open() });
    const login = aLogin();
    disk.full = true;
    await assert.rejects(world.enrollment.enrollGrant(login, BY_A_PERSON), StorageError);
    disk.full = false;
    assert.equal((await world.enrollment.enrollGrant(login, BY_A_PERSON)).result, 'created');
    await world.close();
    await disk.remove();
  });
});

describe('enrollment while accounts cannot be stored', () => {
  it('leaves no credential behind', async () => {
    const disk = await fillableDisk();
    const world = await tokenWorld({ accounts: await disk.openAccounts() });
    disk.full = true;
    await assert.rejects(world.enrollment.enrollGrant(aLogin(), BY_A_PERSON), StorageError);
    assert.deepEqual(world.vault.list(), []);
    await world.close();
    await disk.remove();
  });

  it('uses the credential that it could not take back, when it is tried again: two would spend one refresh token', async () => {
    const [accounts, credentials] = [await fillableDisk(), await fillableDisk()];
    const stored = await credentials.open();
    const update: typeof stored.update = (id, change) => {
      credentials.full = accounts.full && world.vault.list().length > 0;
      return stored.update(id, change);
    };
    const world = await tokenWorld({
      accounts: await accounts.openAccounts(),
      credentials: { list: () => stored.list(), update },
    });
    const login = aLogin();
    accounts.full = true;
    await assert.rejects(world.enrollment.enrollGrant(login, BY_A_PERSON), StorageError);
    assert.equal(world.vault.list().length, 1);
    accounts.full = false;
    const { account } = await world.enrollment.enrollGrant(login, BY_A_PERSON);
    assert.deepEqual(
      world.vault.list().map(({ id }) => id),
      [account.id],
    );
    await world.close();
    for (const disk of [accounts, credentials]) await disk.remove();
  });

  it('says of an account that could be removed only by half that it needs a person', async () => {
    const disk = await fillableDisk();
    const world = await tokenWorld({ accounts: await disk.openAccounts() });
    await world.anAccountWith({});
    disk.full = true;
    await assert.rejects(world.enrollment.remove('acc_1', BY_A_PERSON), StorageError);
    assert.equal(world.pool.get('acc_1')?.status.state, 'invalid');
    disk.full = false;
    assert.equal(await world.enrollment.remove('acc_1', BY_A_PERSON), true);
    await world.close();
    await disk.remove();
  });
});
