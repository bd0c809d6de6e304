/** Accounts by the name or id that a person types. */
import { type AccountView, accountListSchema } from '../contract/accounts.ts';
import { type ApiClient, listAll } from './api-client.ts';
import { CommandError } from './output.ts';

export const allAccounts = (api: ApiClient): Promise<readonly AccountView[]> => listAll(api, '/api/accounts', accountListSchema);

/** @throws CommandError when there is none of that name or id */
export async function accountNamed(api: ApiClient, nameOrId: string): Promise<AccountView> {
  return chooseAccount(await allAccounts(api), nameOrId);
}

/** @throws CommandError when none of `accounts` has that name or id */
export function chooseAccount(accounts: readonly AccountView[], nameOrId: string): AccountView {
  const found = accounts.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (!found) throw new CommandError(`There is no account "${nameOrId}". See: headgate accounts list`);
  return found;
}
