/** Small files of the data folder that only the owner may read: the admin key, and the note on the running server. */
import { join } from 'node:path';
import { codeOf, FILE_MODE, nodeFileSystem, OPEN_TO_OTHERS } from './file-system.ts';
import { storageFailure } from './storage-failure.ts';
import { StorageError } from './store.ts';
import { removeIfThere, writeDurably } from './write-durably.ts';

const MAX_BYTES = 64 * 1024;

/**
 * The trimmed content, or null when there is no such file. A file that others could read is taken away from them.
 * @throws StorageError when there is one that cannot be read
 */
export async function readPrivateFile(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  try {
    const found = await nodeFileSystem.read(path, MAX_BYTES);
    if (found.kind !== 'content')
      throw new StorageError(`${path} is not a small plain file. Remove it or put the file itself there.`);
    if (found.mode & OPEN_TO_OTHERS) await nodeFileSystem.chmod(path, FILE_MODE);
    return new TextDecoder().decode(found.bytes).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error instanceof StorageError ? error : storageFailure(`read ${path}`, error);
  }
}

/** Replaces the file as a whole, mode 0600; durable when resolved. @throws StorageError */
export async function writePrivateFile(folder: string, name: string, content: string): Promise<void> {
  const path = join(folder, name);
  try {
    await writeDurably(nodeFileSystem, path, `${content}\n`);
  } catch (error) {
    throw storageFailure(`write ${path}`, error);
  }
}

/** @throws StorageError when it is there and stays there */
export async function removePrivateFile(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  try {
    await removeIfThere(nodeFileSystem, path);
  } catch (error) {
    throw storageFailure(`remove ${path}`, error);
  }
}
