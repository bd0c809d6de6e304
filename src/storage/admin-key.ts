/** The operator's key: made once, at the first start, and kept for the commands. */
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { StorageError } from './store.ts';

const NAME = 'admin-key';

/** Shorter is not a key but the rest of one. */
const MIN_LENGTH = 20;

export interface AdminKey {
  readonly key: string;
  /** It was made just now: the operator has not seen it yet. */
  readonly created: boolean;
}

/**
 * Reads `admin-key` of the folder, or makes it with `generate`. The caller holds the folder's lock. The key is durable when this
 * resolves, so that a key that was shown once is good for ever.
 * @throws StorageError when the file is there and holds no key: a new one would lock out who has the old one
 */
export async function readOrCreateAdminKey(folder: string, generate: () => string): Promise<AdminKey> {
  const kept = await readPrivateFile(folder, NAME);
  if (kept === null) {
    const key = generate();
    await writePrivateFile(folder, NAME, key);
    return { key, created: true };
  }
  if (kept.length < MIN_LENGTH || /\s/.test(kept)) {
    throw new StorageError(`${folder}/${NAME} holds no key. Put the key there again, or remove the file to have a new one made.`);
  }
  return { key: kept, created: false };
}

/** Durable when resolved. The caller holds the folder's lock. @throws StorageError; the former key stays then */
export const replaceAdminKey = (folder: string, key: string): Promise<void> => writePrivateFile(folder, NAME, key);
