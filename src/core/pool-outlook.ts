/** What the pool as a whole can do now: for the answer when nobody can serve, for `/health` and for the dashboard. */
import { type Account, type AccountState, isAvailable } from './account.ts';
import type { EpochMs } from './time.ts';

export type PoolHealth = 'healthy' | 'degraded' | 'unhealthy';

export interface PoolOutlook {
  readonly total: number;
  readonly byState: Readonly<Record<AccountState, number>>;
  readonly available: number;
  /** The earliest instant at which an account recovers by itself; null when none does. */
  readonly earliestRecovery: EpochMs | null;
}

/** `family`: also counts the benches of that model family as something to wait for. */
export function outlookOf(accounts: readonly Account[], now: EpochMs, family: string | null = null): PoolOutlook {
  const byState: Record<AccountState, number> = { active: 0, inactive: 0, rate_limited: 0, invalid: 0 };
  let available = 0;
  let earliestRecovery: EpochMs | null = null;
  for (const account of accounts) {
    const { status } = account;
    const serving = isAvailable(account, now);
    byState[serving ? 'active' : status.state] += 1;
    const benchedUntil = account.benches.find((bench) => bench.family === family && bench.until > now)?.until ?? null;
    if (serving && benchedUntil === null) available += 1;
    const recovery = serving ? benchedUntil : status.state === 'rate_limited' ? Math.max(status.until, benchedUntil ?? 0) : null;
    if (recovery !== null && (earliestRecovery === null || recovery < earliestRecovery)) earliestRecovery = recovery;
  }
  return { total: accounts.length, byState, available, earliestRecovery };
}

/** Healthy: every enabled account, or at least two, can serve; degraded: fewer; unhealthy: none. */
export function poolHealth({ total, byState, available }: PoolOutlook): PoolHealth {
  if (available === 0) return 'unhealthy';
  const enabled = total - byState.inactive;
  return available >= 2 || available === enabled ? 'healthy' : 'degraded';
}
