/** Notices when a login that returns to Headgate by itself has ended: another page adds the account meanwhile. Pure. */
import type { AccountView } from '@contract/accounts.ts';

type Authorized = Pick<AccountView, 'id' | 'kind' | 'authorized_at'>;

/** What was authorized when, at the beginning of the login. */
export type Before = ReadonlyMap<string, string | null>;

export const rememberAccounts = (accounts: readonly Authorized[]): Before =>
  new Map(accounts.map(({ id, authorized_at }) => [id, authorized_at]));

/** The account that was added or authorized anew since then; undefined while there is none. */
export function authorizedSince<T extends Authorized>(before: Before, accounts: readonly T[]): T | undefined {
  return accounts.find(
    ({ id, kind, authorized_at }) => kind === 'oauth' && (!before.has(id) || before.get(id) !== authorized_at),
  );
}
