/** Notices accounts that serve nobody, and switches them off where the operator wants that. */
import type { DurationMs, Now } from '../core/time.ts';
import type { AccountPool } from './account-pool.ts';

export interface IdleAccountsDeps {
  readonly pool: Pick<AccountPool, 'list' | 'countersOf' | 'inFlight' | 'apply'>;
  readonly now: Now;
  readonly rules: () => {
    /** An account that has served nothing for so long counts as idle (`accounts.idle_threshold`). */
    readonly idleThresholdMs: DurationMs;
    /** Are idle accounts switched off (`accounts.auto_deactivate`)? */
    readonly autoDeactivate: boolean;
  };
  /** Told once of each account that has become idle and stays in use. */
  readonly onIdle: (account: { readonly name: string }, idleMs: DurationMs) => void;
}

/** To be called now and then. Returns the names of the accounts that it switched off. */
export function createIdleCheck({ pool, now, rules, onIdle }: IdleAccountsDeps): () => readonly string[] {
  const told = new Set<string>();
  return () => {
    const { idleThresholdMs, autoDeactivate } = rules();
    const switchedOff: string[] = [];
    for (const account of pool.list()) {
      const { id, name, status, createdAt } = account;
      const idleMs = now() - (pool.countersOf(id).lastUsedAt ?? createdAt);
      const isIdle = status.state === 'active' && idleMs >= idleThresholdMs && pool.inFlight(id) === 0;
      if (!isIdle) {
        told.delete(id);
      } else if (autoDeactivate) {
        pool.apply(id, { type: 'idle', at: now() }, { summary: `served nothing for ${Math.floor(idleMs / 3_600_000)} h` });
        switchedOff.push(name);
      } else if (!told.has(id)) {
        told.add(id);
        onIdle(account, idleMs);
      }
    }
    return switchedOff;
  };
}
