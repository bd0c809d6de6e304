import assert from 'node:assert/strict';
import { AccountPool } from '../../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../../src/accounts/account-record.ts';
import { createIdleCheck } from '../../../src/accounts/idle-accounts.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { anAccount, DAY, HOUR, NOW, RULES, SELECTION } from '../../support/builders.ts';

const IDLE_MS = 7 * DAY;
const said = { summary: 'said so' };

describe('idle accounts', () => {
  let now = NOW;
  let told: string[] = [];
  beforeEach(() => {
    now = NOW;
    told = [];
  });

  async function aCheck(autoDeactivate: boolean) {
    const store = createMemoryRecordStore<AccountRecord>();
    const rules = () => ({ ...RULES, ...SELECTION });
    const pool = new AccountPool({ store, now: () => now, newId: () => 'evt_1', rules, onStorage: () => undefined });
    await pool.add(anAccount({ createdAt: NOW }), said);
    const check = createIdleCheck({
      pool,
      now: () => now,
      rules: () => ({ idleThresholdMs: IDLE_MS, autoDeactivate }),
      onIdle: ({ name }) => told.push(name),
    });
    return { pool, check };
  }

  it('are told of once, and stay in use', async () => {
    const { pool, check } = await aCheck(false);
    now += IDLE_MS - 1;
    check();
    assert.deepEqual(told, []);
    now += 1;
    check();
    check();
    assert.deepEqual(told, ['one']);
    assert.equal(pool.get('acc_1')?.status.state, 'active');
  });

  it('are told of again when they were used in between', async () => {
    const { pool, check } = await aCheck(false);
    now += IDLE_MS;
    check();
    pool.reserve('acc_1').end({ failed: false, usage: null });
    check();
    now += IDLE_MS;
    check();
    assert.deepEqual(told, ['one', 'one']);
  });

  it('are switched off where that is wanted, and say why', async () => {
    const { pool, check } = await aCheck(true);
    now += IDLE_MS + HOUR;
    assert.deepEqual(check(), ['one']);
    assert.equal(pool.get('acc_1')?.status.state, 'inactive');
    assert.match(pool.history('acc_1')[0]?.evidence.summary ?? '', /served nothing for 169 h/);
  });

  it('are none that serve right now, however long ago the last request ended', async () => {
    const { pool, check } = await aCheck(true);
    now += IDLE_MS;
    pool.reserve('acc_1');
    assert.deepEqual(check(), []);
  });

  it('are none that somebody switched off', async () => {
    const { pool, check } = await aCheck(true);
    pool.apply('acc_1', { type: 'disabled', at: now }, said);
    now += IDLE_MS;
    assert.deepEqual(check(), []);
  });
});
