/** What one choice of an account costs in pools of one to a thousand, by policy: in this process, on the pool as the product builds it. */
import { AccountPool, type PoolQuery } from '../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import { type Account, nobody, noOwnLimits } from '../../src/core/account.ts';
import { type PolicyName, policyNames } from '../../src/core/policies.ts';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import type { BenchContext } from '../case.ts';
import { type CaseReport, type Figure, median } from '../figures.ts';

const SIZES = [1, 10, 100, 1000] as const;
const HOUR_MS = 3_600_000;
/** Picks are timed in batches of so many: one alone is too short for the clock. */
const BATCH = 200;
/** A pick in the largest pool may cost so many times one in the smallest. */
const FLAT = 2;

const QUERY: PoolQuery = {
  family: 'sonnet',
  tried: new Set(),
  notKind: null,
  only: null,
  evenOnProbation: false,
  home: null,
};

export async function measurePick({ settings, progress }: BenchContext): Promise<CaseReport> {
  const rows: { policy: PolicyName; us: readonly number[] }[] = [];
  for (const policy of policyNames) {
    const us: number[] = [];
    for (const size of SIZES) us.push(microsecondsPerPick(await poolOf(size, policy), settings.brief ? 2 : 150));
    rows.push({ policy, us });
    progress(policy);
  }
  const figures: readonly Figure[] = rows.map(({ policy, us }) => ({
    what: `pick among 1,000 accounts, ${policy}`,
    value: (us.at(-1) ?? Number.NaN) / (us[0] ?? Number.NaN),
    unit: '× a pick among one',
    atMost: FLAT,
  }));
  return { figures, tables: [table(rows)], samples: rows };
}

async function poolOf(size: number, policy: PolicyName): Promise<AccountPool> {
  const rules = {
    policy,
    maxCooldownMs: 168 * HOUR_MS,
    refreshBufferMs: 60_000,
    moveCold: false,
    maxConcurrency: null,
    maxUtilization: 1,
  };
  const pool = new AccountPool({
    store: createMemoryRecordStore<AccountRecord>(),
    now: Date.now,
    newId: () => 'evt_bench',
    rules: () => rules,
    onStorage: () => undefined,
  });
  for (let n = 0; n < size; n += 1) await pool.add(accountNumber(n), { summary: 'made for the benchmark' });
  return pool;
}

/** Everybody can serve, with quota windows that differ. */
function accountNumber(n: number): Account {
  const now = Date.now();
  const window = (name: string, hours: number) => ({
    name,
    status: 'allowed',
    utilization: ((n * 37) % 90) / 100,
    resetAt: now + ((n % hours) + 1) * HOUR_MS,
  });
  return {
    id: `acc_${n}`,
    name: `account ${n}`,
    kind: 'oauth',
    status: { state: 'active' },
    generation: 1,
    expiresAt: now + 24 * HOUR_MS,
    loginExpiresAt: null,
    identity: nobody,
    priority: n % 7,
    limits: noOwnLimits,
    windows: [window('5h', 5), window('7d', 168), window('7d_opus', 168)],
    benches: [],
    lastRefreshedAt: null,
    lastRefreshError: null,
    authorizedAt: now,
    revision: 1,
    createdAt: now - 1000 + n,
    updatedAt: now,
  };
}

function microsecondsPerPick(pool: AccountPool, batches: number): number {
  const pick = () => {
    const begin = performance.now();
    for (let n = 0; n < BATCH; n += 1) pool.choose(QUERY)?.slot.release();
    return ((performance.now() - begin) / BATCH) * 1000;
  };
  const times = Array.from({ length: batches }, pick);
  return median(times.slice(Math.floor(batches / 3)));
}

function table(rows: readonly { readonly policy: string; readonly us: readonly number[] }[]): string {
  return [
    `| µs per pick | ${SIZES.map((size) => `${size.toLocaleString('en')} account${size === 1 ? '' : 's'}`).join(' | ')} |`,
    `|---|${SIZES.map(() => '--:').join('|')}|`,
    ...rows.map(({ policy, us }) => `| ${policy} | ${us.map((value) => value.toFixed(2)).join(' | ')} |`),
  ].join('\n');
}
