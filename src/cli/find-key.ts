/** Clients' keys by the name or id that a person types. */
import { type KeyView, keyListSchema } from '../contract/keys.ts';
import { type ApiClient, listAll } from './api-client.ts';
import { CommandError } from './output.ts';

export const allKeys = (api: ApiClient): Promise<readonly KeyView[]> => listAll(api, '/api/keys', keyListSchema);

/** @throws CommandError when there is none of that name or id */
export async function keyNamed(api: ApiClient, nameOrId: string): Promise<KeyView> {
  const found = (await allKeys(api)).find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (!found) throw new CommandError(`There is no key "${nameOrId}". See: headgate keys list`);
  return found;
}
