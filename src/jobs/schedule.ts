/** What runs by the clock: name, when, and what it does. */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import type { Now } from '../core/time.ts';
import type { Job } from './scheduler.ts';

export interface ScheduleDeps {
  readonly tokens: Pick<TokenManager, 'refreshDue' | 'proveRestored'>;
  readonly pool: Pick<AccountPool, 'list' | 'apply'>;
  readonly now: Now;
  /** Looks for accounts that serve nobody. */
  readonly checkIdle: () => unknown;
  /** `accounts.refresh_cron` */
  readonly refreshCron: string;
}

/** Name of the job whose next run bounds what is due for refresh. */
export const REFRESH_JOB = 'refresh tokens';

export const scheduledJobs = ({ tokens, pool, now, checkIdle, refreshCron }: ScheduleDeps): readonly Job[] => [
  { name: REFRESH_JOB, cron: refreshCron, run: async () => void (await tokens.refreshDue()) },
  { name: 'verify restored accounts', cron: '5,20,35,50 * * * *', run: () => tokens.proveRestored() },
  { name: 'end cooldowns', cron: '* * * * *', run: () => endCooldowns(pool, now) },
  { name: 'look for idle accounts', cron: '30 * * * *', run: () => void checkIdle() },
];

/** Selection counts an elapsed cooldown as over by itself; this writes it down, so that people see it too. */
export function endCooldowns(pool: ScheduleDeps['pool'], now: Now): void {
  const at = now();
  for (const { id, status } of pool.list()) {
    if (status.state !== 'rate_limited') continue;
    // The machine ignores it while the cooldown runs.
    pool.apply(id, { type: 'cooldown_elapsed', at }, { summary: 'it may serve again' });
  }
}
