/** Three accounts of different health, for a first look at the product. */
import type { NewAccount } from './accounts.ts';
import { replies } from './faults.ts';
import type { Simulator } from './simulator.ts';

export interface DemoAccount extends NewAccount {
  /** What becomes of it after it was added. */
  readonly fate: 'serves' | 'quota_used_up' | 'revoked';
}

const RESET_IN_SECONDS = 23 * 60;

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { name: 'studio', fate: 'serves' },
  { name: 'weekend', fate: 'quota_used_up' },
  { name: 'old-laptop', fate: 'revoked' },
];

/** Lets the account meet its fate, as its owner or its use would have done. */
export function spoil(simulator: Simulator, { name, fate }: DemoAccount): void {
  if (fate === 'quota_used_up')
    simulator.fault(name, { action: replies.quotaRejected(Date.now(), '5h', RESET_IN_SECONDS), times: null });
  if (fate === 'revoked') simulator.revoke(name);
}
