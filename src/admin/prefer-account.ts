/** "Serve from this one": first in the operator's order, and the order counts. The others stay its reserve. */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { Account } from '../core/account.ts';
import { conflict } from './admin-error.ts';
import { refuseUnlessChanged } from './settings-routes.ts';

export interface PreferDeps {
  readonly pool: Pick<AccountPool, 'list' | 'edit'>;
  readonly live: Pick<LiveConfig, 'current' | 'set'>;
}

const LOWEST_PRIORITY = -1000;

/** @throws AdminError 409 when the policy is fixed elsewhere; StorageError */
export async function preferAccount({ pool, live }: PreferDeps, account: Account, by: string): Promise<void> {
  const others = pool.list().filter(({ id }) => id !== account.id);
  const first = Math.min(...others.map(({ priority }) => priority));
  const priority = account.priority < first ? account.priority : first - 1;
  if (priority < LOWEST_PRIORITY)
    throw conflict(`Another account has the lowest priority there is, ${LOWEST_PRIORITY}. Give it a higher number first.`);
  if (live.current().balancer.policy !== 'priority') refuseUnlessChanged(await live.set({ 'balancer.policy': 'priority' }));
  if (priority !== account.priority)
    await pool.edit(account.id, (current) => ({ ...current, priority }), { summary: `preferred by ${by}` });
}
