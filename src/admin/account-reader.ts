/** Accounts as they are shown: with counters, and with cooldowns that have elapsed counted as over. */
import type { Request } from 'express';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { AccountView } from '../contract/accounts.ts';
import type { Account } from '../core/account.ts';
import type { Now } from '../core/time.ts';
import { notFound } from './admin-error.ts';
import { presentAccount } from './present.ts';

export interface AccountReaderDeps {
  readonly pool: Pick<AccountPool, 'apply' | 'countersOf' | 'inFlight'>;
  readonly now: Now;
}

export interface AccountReader {
  /** The account as it leaves. */
  view(account: Account): AccountView;
  /** Counts a cooldown that has elapsed as over. Undefined when there is no such account. */
  settle(id: string): Account | undefined;
  /** The account of the path, settled. @throws AdminError 404 */
  accountOf(req: Request): Account;
}

const ELAPSED = { summary: 'it may serve again' };

export function createAccountReader({ pool, now }: AccountReaderDeps): AccountReader {
  const settle = (id: string) => pool.apply(id, { type: 'cooldown_elapsed', at: now() }, ELAPSED);
  return {
    view: (account) =>
      presentAccount({ account, counters: pool.countersOf(account.id), inFlight: pool.inFlight(account.id), now: now() }),
    settle,
    accountOf(req) {
      const account = settle(String(req.params['id']));
      if (!account) throw notFound('account');
      return account;
    },
  };
}
