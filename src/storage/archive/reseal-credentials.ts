/** Seals what lies in clear or under an older key anew. */
import { openDataFolder } from '../json/data-folder.ts';
import type { SealKey } from '../record-seal.ts';

/** How many credentials are sealed under the first of the keys now. @throws StorageError when the folder is in use or cannot be opened */
export async function resealCredentials(
  folder: string,
  keys: readonly [SealKey, ...SealKey[]],
  record: (work: () => Promise<number>) => Promise<number>,
): Promise<number> {
  // Opening does it, backup included.
  const data = await openDataFolder(folder, { keys });
  try {
    return await record(async () => (await data.credentials.list()).length);
  } finally {
    data.close();
  }
}
