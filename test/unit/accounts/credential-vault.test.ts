import assert from 'node:assert/strict';
import { CredentialVault } from '../../../src/accounts/credential-vault.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { aCredential, HOUR, NOW } from '../../support/builders.ts';
import { type FillableDisk, fillableDisk } from '../../support/fillable-disk.ts';
import { type ManualTime, manualTime } from '../../support/manual-time.ts';

const next = aCredential({ generation: 4, secret: 'new-secret', refreshToken: 'new-refresh-token', expiresAt: NOW + HOUR });
const intent = { fingerprint: 'f', generation: 3, at: NOW };

describe('CredentialVault', () => {
  let disk: FillableDisk;
  let time: ManualTime;
  let vault: CredentialVault;
  let told: boolean[];

  const open = async () => {
    const opened = new CredentialVault({
      store: await disk.open(),
      delay: time.delay,
      random: () => 0,
      onStorage: ({ ok }) => void told.push(ok),
    });
    await opened.load();
    return opened;
  };
  /** What a restarted process would find. */
  const onDisk = async () => (await disk.open()).list();
  const passOneRetry = async (ms: number) => {
    await time.advance(ms);
    await vault.flush();
  };

  beforeEach(async () => {
    disk = await fillableDisk();
    time = manualTime();
    told = [];
    vault = await open();
    await vault.add(aCredential());
  });
  afterEach(async () => {
    disk.full = false;
    vault.close();
    await vault.flush();
    await disk.remove();
  });

  it('has every credential again after a restart', async () => {
    assert.deepEqual((await open()).list(), [aCredential()]);
  });

  it('tells of generation and ends without any secret', () => {
    assert.deepEqual(vault.lifeOf('acc_1'), { generation: 3, expiresAt: NOW + 8 * HOUR, loginExpiresAt: null });
  });

  it('has a new pair on the disk before anybody can use it', async () => {
    const seen: (string | undefined)[] = [];
    const committing = vault.commit('acc_1', 3, next);
    seen.push(vault.get('acc_1')?.secret);
    assert.equal(await committing, 'stored');
    assert.deepEqual([...seen, vault.get('acc_1')], ['made-up-access-token', next]);
    assert.deepEqual(await onDisk(), [next]);
  });

  it('discards a pair for a generation that is no longer the newest', async () => {
    await vault.commit('acc_1', 3, next);
    assert.equal(await vault.commit('acc_1', 3, { ...next, secret: 'late' }), 'superseded');
    assert.equal(vault.get('acc_1')?.secret, 'new-secret');
  });

  it('discards a pair for a credential that was removed, on the disk as well', async () => {
    await vault.remove('acc_1');
    assert.equal(await vault.commit('acc_1', 3, next), 'superseded');
    assert.deepEqual([vault.get('acc_1'), await onDisk()], [undefined, []]);
  });

  it('gives a new login the newest generation, whichever of two simultaneous changes comes first', async () => {
    const login = aCredential({ secret: 'login' });
    const [committed, replaced] = await Promise.all([vault.commit('acc_1', 3, next), vault.replace('acc_1', login)]);
    assert.deepEqual([committed, replaced?.generation, vault.get('acc_1')?.secret], ['stored', 5, 'login']);
    const [again, late] = await Promise.all([vault.replace('acc_1', login), vault.commit('acc_1', 5, next)]);
    assert.deepEqual([again?.generation, late], [6, 'superseded']);
  });

  it('replaces nothing that is not there', async () => {
    assert.equal(await vault.replace('acc_9', next), undefined);
  });

  it('refuses a second credential for the same account', async () => {
    await assert.rejects(vault.add(aCredential()), /exists/);
  });

  it('has an intent on the disk before it says so', async () => {
    assert.equal(await vault.writeIntent('acc_1', intent), 'stored');
    assert.deepEqual((await onDisk())[0]?.intent, intent);
  });

  it('writes no intent for an old generation', async () => {
    assert.equal(await vault.writeIntent('acc_1', { ...intent, generation: 2 }), 'superseded');
    assert.equal(vault.get('acc_1')?.intent, null);
  });

  it('takes an intent back that spent nothing', async () => {
    const before = vault.get('acc_1') ?? aCredential();
    await vault.writeIntent('acc_1', intent);
    await vault.withdrawIntent(before);
    assert.deepEqual([vault.get('acc_1'), await onDisk()], [before, [before]]);
  });

  it('clears the intent with the very write that brings the new pair', async () => {
    await vault.writeIntent('acc_1', intent);
    await vault.commit('acc_1', 3, next);
    assert.equal((await onDisk())[0]?.intent, null);
  });

  describe('on a full disk', () => {
    it('serves a new pair from memory, and says that it is behind', async () => {
      disk.full = true;
      assert.equal(await vault.commit('acc_1', 3, next), 'pending');
      assert.deepEqual([vault.get('acc_1'), vault.degraded(), await onDisk()], [next, true, [aCredential()]]);
    });

    it('repeats the write until the disk takes it', async () => {
      disk.full = true;
      await vault.commit('acc_1', 3, next);
      await passOneRetry(500);
      disk.full = false;
      await passOneRetry(1000);
      assert.deepEqual([vault.degraded(), await onDisk(), told], [false, [next], [false, true]]);
    });

    it('waits longer between its tries, up to half a minute at least', async () => {
      disk.full = true;
      await vault.commit('acc_1', 3, next);
      for (let tries = 0; tries < 8; tries += 1) await passOneRetry(60_000);
      assert.deepEqual(time.waits.slice(0, 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    });

    it('does not let an intent be taken for durable that is not', async () => {
      disk.full = true;
      await assert.rejects(vault.writeIntent('acc_1', intent), StorageError);
      assert.deepEqual([vault.get('acc_1')?.intent, vault.degraded()], [null, true]);
    });

    it('is no longer behind when the disk takes writes again, though the intent was given up', async () => {
      disk.full = true;
      await assert.rejects(vault.writeIntent('acc_1', intent), StorageError);
      disk.full = false;
      await passOneRetry(1000);
      assert.deepEqual([vault.degraded(), await onDisk()], [false, [aCredential()]]);
    });

    it('notes an intent in memory where there is nothing left to lose', async () => {
      disk.full = true;
      assert.equal(await vault.writeIntent('acc_1', intent, { orInMemory: true }), 'pending');
      assert.deepEqual(vault.get('acc_1')?.intent, intent);
    });

    it('brings a pending pair along with the next intent that the disk takes', async () => {
      disk.full = true;
      await vault.commit('acc_1', 3, next);
      disk.full = false;
      await vault.writeIntent('acc_1', { ...intent, generation: 4 });
      assert.deepEqual(
        (await onDisk()).map(({ secret, intent: noted }) => [secret, noted?.generation]),
        [['new-secret', 4]],
      );
    });

    it('keeps what is there when a new credential, a replacement or a removal is refused', async () => {
      disk.full = true;
      await assert.rejects(vault.add(aCredential({ id: 'acc_2' })), StorageError);
      await assert.rejects(vault.replace('acc_1', next), StorageError);
      await assert.rejects(vault.remove('acc_1'), StorageError);
      assert.deepEqual(vault.list(), [aCredential()]);
    });

    it('tries once more at the end of the process', async () => {
      disk.full = true;
      await vault.commit('acc_1', 3, next);
      disk.full = false;
      vault.close();
      await vault.flush();
      assert.deepEqual(await onDisk(), [next]);
    });
  });
});
