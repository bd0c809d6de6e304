import assert from 'node:assert/strict';
import { AccountPool } from '../../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../../src/accounts/account-record.ts';
import { healthOf } from '../../../src/core/account.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { type RecordStore, StorageError } from '../../../src/storage/store.ts';
import {
  aCredential,
  anAccount,
  HOUR,
  inactive,
  invalidSince,
  limitedUntil,
  MINUTE,
  NOW,
  RULES,
  SELECTION,
} from '../../support/builders.ts';

const said = { summary: 'said so' };

function aPool(store: RecordStore<AccountRecord> = createMemoryRecordStore<AccountRecord>()) {
  const rules = () => ({ ...RULES, ...SELECTION });
  return { pool: new AccountPool({ store, now: () => NOW, newId: () => 'evt_1', rules, onStorage: () => undefined }), store };
}
const quota = { type: 'quota_rejected', at: NOW, until: NOW + HOUR, cause: 'quota', mark: null } as const;
const query = { family: null, tried: new Set<string>(), notKind: null, only: null, evenOnProbation: false, home: null };

describe('the account pool', () => {
  it('lets the next selection see a verdict at once, before anything is written', async () => {
    const { pool, store } = aPool();
    await pool.add(anAccount(), said);
    pool.apply('acc_1', quota, said);
    assert.equal(pool.choose(query), null);
    assert.equal((await store.list())[0]?.account.status.state, 'active');
    await pool.flush();
    assert.equal((await store.list())[0]?.account.status.state, 'rate_limited');
  });

  it('has a person wait until their change is durable, and undoes it when storage refuses', async () => {
    const store = createMemoryRecordStore<AccountRecord>();
    let full = false;
    const { pool } = aPool({
      list: store.list,
      update: (id, change) => (full ? Promise.reject(new StorageError('full')) : store.update(id, change)),
    });
    await pool.add(anAccount(), said);
    full = true;
    await assert.rejects(pool.applyDurably('acc_1', { type: 'disabled', at: NOW }, said), StorageError);
    assert.equal(pool.get('acc_1')?.status.state, 'active');
    await assert.rejects(
      pool.edit('acc_1', (account) => ({ ...account, name: 'new' }), said),
      StorageError,
    );
    assert.equal(pool.get('acc_1')?.name, 'one');
  });

  it('undoes no more than was refused, whatever else has happened meanwhile', async () => {
    const store = createMemoryRecordStore<AccountRecord>();
    let full = false;
    const { pool } = aPool({
      list: store.list,
      update: (id, change) => (full ? Promise.reject(new StorageError('full')) : store.update(id, change)),
    });
    await pool.add(anAccount(), said);
    full = true;
    const changes = [
      pool.edit('acc_1', (account) => ({ ...account, name: 'new' }), said),
      pool.edit('acc_1', (account) => ({ ...account, priority: 7 }), said),
      pool.applyDurably('acc_1', { type: 'disabled', at: NOW }, said),
    ];
    pool.apply('acc_1', quota, said);
    for (const change of changes) await assert.rejects(change, StorageError);
    const { name, priority, status } = pool.get('acc_1') ?? anAccount();
    assert.deepEqual([name, priority, status.state], ['one', 0, 'rate_limited']);
    full = false;
    await pool.flush();
    assert.deepEqual((await store.list())[0]?.account, pool.get('acc_1'));
  });

  it('keeps a history with evidence, newest first, bounded, over a restart', async () => {
    const { pool, store } = aPool();
    await pool.add(anAccount(), said);
    for (let i = 1; i <= 150; i += 1)
      pool.apply('acc_1', { ...quota, until: NOW + i * MINUTE }, { summary: `limit ${i}`, status: 429 });
    await pool.flush();
    const again = aPool(store).pool;
    await again.load(() => undefined);
    assert.deepEqual([again.history('acc_1').length, again.history('acc_1')[0]?.evidence.summary], [100, 'limit 150']);
  });

  it('lets an account serve again whose newer credential outlived a crash that the word about it did not', async () => {
    for (const [status, state] of [
      [invalidSince(NOW), 'active'],
      [inactive(invalidSince(NOW)), 'inactive'],
      [limitedUntil(NOW + HOUR), 'rate_limited'],
    ] as const) {
      const { pool, store } = aPool();
      await pool.add(anAccount({ generation: 3, status }), said);
      const again = aPool(store).pool;
      await again.load(() => aCredential({ generation: 4 }));
      const account = again.get('acc_1');
      assert.deepEqual([account?.status.state, account?.generation], [state, 4]);
      assert.notEqual(account && healthOf(account).state, 'invalid');
    }
  });

  it('leaves an account invalid whose credential is the one that was refused, or lacks a right that no refresh brings', async () => {
    for (const [reason, generation] of [
      ['credential_rejected', 3],
      ['inference_withheld', 4],
    ] as const) {
      const { pool, store } = aPool();
      await pool.add(anAccount({ generation: 3, status: { ...invalidSince(NOW), reason } }), said);
      const again = aPool(store).pool;
      await again.load(() => aCredential({ generation }));
      assert.equal(again.get('acc_1')?.status.state, 'invalid');
    }
  });

  it('tells whoever stores an account that storage refuses, and stores it later', async () => {
    const store = createMemoryRecordStore<AccountRecord>();
    let full = false;
    const { pool } = aPool({
      list: store.list,
      update: (id, change) => (full ? Promise.reject(new StorageError('full')) : store.update(id, change)),
    });
    await pool.add(anAccount(), said);
    full = true;
    pool.apply('acc_1', quota, said);
    await assert.rejects(pool.store('acc_1'), StorageError);
    full = false;
    await pool.flush();
    assert.equal((await store.list())[0]?.account.status.state, 'rate_limited');
  });

  it('writes and tells nothing when nothing changes', async () => {
    const { pool } = aPool();
    await pool.add(anAccount(), said);
    const told: string[] = [];
    pool.onChange(({ type }) => told.push(type));
    const before = pool.get('acc_1');
    pool.apply('acc_1', { type: 'enabled', at: NOW }, said);
    assert.equal(pool.get('acc_1'), before);
    assert.deepEqual(told, []);
  });

  it('believes the credential store about tokens, and takes nothing else from it', async () => {
    const { pool, store } = aPool();
    await pool.add(anAccount({ generation: 1 }), said);
    const again = aPool(store).pool;
    await again.load(() => aCredential({ generation: 7 }));
    assert.equal(again.get('acc_1')?.generation, 7);
    assert.doesNotMatch(JSON.stringify(again.list()), /made-up/);
  });

  it('counts an attempt once, however often its end is told', async () => {
    const { pool } = aPool();
    await pool.add(anAccount(), said);
    const slot = pool.reserve('acc_1');
    assert.equal(pool.inFlight('acc_1'), 1);
    const usage = { inputTokens: 5, outputTokens: 7, cacheReadTokens: 0, cacheCreationTokens: 0 };
    for (let i = 0; i < 3; i += 1) slot.end({ failed: false, usage });
    assert.deepEqual(
      [pool.inFlight('acc_1'), pool.countersOf('acc_1').requests, pool.countersOf('acc_1').outputTokens],
      [0, 1, 7],
    );
  });

  it('does not bring back an account that was removed while a write was due', async () => {
    const { pool, store } = aPool();
    await pool.add(anAccount(), said);
    pool.apply('acc_1', quota, said);
    await pool.remove('acc_1', said);
    await pool.flush();
    assert.deepEqual([await store.list(), pool.list()], [[], []]);
  });

  it('benches one model family, and lets the others be served', async () => {
    const { pool } = aPool();
    await pool.add(anAccount(), said);
    pool.bench('acc_1', 'opus', NOW + HOUR, said);
    assert.equal(pool.choose({ ...query, family: 'opus' }), null);
    assert.equal(pool.choose({ ...query, family: 'sonnet' })?.account.id, 'acc_1');
    pool.clearBenches('acc_1');
    assert.ok(pool.choose({ ...query, family: 'opus' }));
  });
});
