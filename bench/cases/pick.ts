/**
 * What one choice of an account costs in pools of one to a thousand, by policy and by how busy the pool is: in this process, on the pool as
 * the product builds it.
 */
import { AccountPool, type PoolChoice, type PoolQuery } from '../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import { type Account, type AccountStatus, nobody, noOwnLimits } from '../../src/core/account.ts';
import { type PolicyName, policyNames } from '../../src/core/policies.ts';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import type { BenchContext } from '../case.ts';
import type { CaseReport, Figure } from '../figures.ts';

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

interface Scene {
  readonly what: string;
  readonly isLimited: (n: number) => boolean;
  /** Does every account that can serve have a request in flight all the time? */
  readonly isBusy: boolean;
}

const SCENES: readonly Scene[] = [
  { what: 'everybody idle', isLimited: () => false, isBusy: false },
  { what: 'a request in flight on every account', isLimited: () => false, isBusy: true },
  { what: 'a third limited, a request in flight on all others', isLimited: (n) => n % 3 === 1, isBusy: true },
];

interface Row {
  readonly scene: string;
  readonly policy: PolicyName;
  /** For each of the sizes. */
  readonly us: readonly number[];
}

export async function measurePick({ settings, progress }: BenchContext): Promise<CaseReport> {
  const rows: Row[] = [];
  for (const scene of SCENES) {
    for (const policy of policyNames) {
      const us: number[] = [];
      for (const size of SIZES) us.push(await microsecondsPerPick(scene, policy, size, settings.brief ? 2 : 300));
      rows.push({ scene: scene.what, policy, us });
    }
    progress(scene.what);
  }
  const figures: readonly Figure[] = rows.map(({ scene, policy, us }) => ({
    what: `pick among 1,000 accounts, ${policy}, ${scene}`,
    value: (us.at(-1) ?? Number.NaN) / (us[0] ?? Number.NaN),
    unit: '× a pick among one',
    atMost: FLAT,
  }));
  return { figures, tables: SCENES.map(({ what }) => table(what, rows)), samples: rows };
}

async function poolOf({ isLimited }: Scene, policy: PolicyName, size: number): Promise<AccountPool> {
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
  for (let n = 0; n < size; n += 1) await pool.add(accountNumber(n, isLimited(n)), { summary: 'made for the benchmark' });
  return pool;
}

/** With quota windows that differ. */
function accountNumber(n: number, isLimited: boolean): Account {
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
    status: isLimited ? limitedUntil(now + HOUR_MS, now) : { state: 'active' },
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

const limitedUntil = (until: number, since: number): AccountStatus => ({
  state: 'rate_limited',
  since,
  until,
  cause: 'quota',
  mark: null,
  proven: null,
});

async function microsecondsPerPick(scene: Scene, policy: PolicyName, size: number, batches: number): Promise<number> {
  const pool = await poolOf(scene, policy, size);
  const pick = scene.isBusy ? pickAmongBusy(pool) : () => pool.choose(QUERY)?.slot.release();
  const batch = () => {
    const begin = performance.now();
    for (let n = 0; n < BATCH; n += 1) pick();
    return ((performance.now() - begin) / BATCH) * 1000;
  };
  const times = Array.from({ length: batches }, batch);
  // Whoever else uses the core can only add to it: the lowest tenth, after the compiler's work.
  const settled = times.slice(Math.floor(batches / 3)).toSorted((a, b) => a - b);
  return settled[Math.floor(settled.length / 10)] ?? Number.NaN;
}

/** As many requests as accounts are under way: with every pick the oldest of them ends. */
function pickAmongBusy(pool: AccountPool): () => void {
  const underWay: (PoolChoice | null)[] = pool.list().map(() => pool.choose(QUERY));
  let oldest = 0;
  return () => {
    underWay[oldest]?.slot.release();
    underWay[oldest] = pool.choose(QUERY);
    oldest = (oldest + 1) % underWay.length;
  };
}

function table(scene: string, rows: readonly Row[]): string {
  return [
    `| µs per pick, ${scene} | ${SIZES.map((size) => `${size.toLocaleString('en')} account${size === 1 ? '' : 's'}`).join(' | ')} |`,
    `|---|${SIZES.map(() => '--:').join('|')}|`,
    ...rows
      .filter((row) => row.scene === scene)
      .map(({ policy, us }) => `| ${policy} | ${us.map((value) => value.toFixed(2)).join(' | ')} |`),
  ].join('\n');
}
