/** Three accounts of different health, for a first look at the product. */
import type { NewAccount } from './accounts.ts';
import type { Simulator } from './simulator.ts';

export interface DemoAccount extends NewAccount {
  /** What becomes of it after it was added. */
  readonly fate: 'serves' | 'quota_used_up' | 'revoked';
}

const REQUESTS_PER_WINDOW = 2000;
const RESET_IN_MS = 23 * 60_000;

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { name: 'studio', fate: 'serves', quota: { '5h': 5 * REQUESTS_PER_WINDOW } },
  { name: 'weekend', fate: 'quota_used_up', quota: { '5h': REQUESTS_PER_WINDOW } },
  { name: 'old-laptop', fate: 'revoked' },
];

/** Lets the account meet its fate, as its owner or its use would have done. The quota comes back after 23 minutes. */
export function spoil(simulator: Simulator, { name, fate }: DemoAccount): void {
  if (fate === 'quota_used_up') simulator.setQuota(name, '5h', { used: REQUESTS_PER_WINDOW, resetAt: Date.now() + RESET_IN_MS });
  if (fate === 'revoked') simulator.revoke(name);
}
