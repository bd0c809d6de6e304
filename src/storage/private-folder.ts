/** Makes the data folder, closes it to others, and shows at start, not at the first lost token, that it keeps what is written. */
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileSystem, FOLDER_MODE, OPEN_TO_OTHERS } from './file-system.ts';
import { storageFailure } from './storage-failure.ts';
import { StorageError } from './store.ts';
import { createDurably, removeQuietly, temporaryKind, temporaryName } from './write-durably.ts';

/** Folders that many users write to (`/tmp`) carry this bit; taking one away from the others would break the machine. */
const SHARED = 0o1000;
const PERMISSIONS = 0o7777;
const PROBE = 'probe';

/**
 * Makes `path` (absolute) with mode 0700, or takes an existing folder away from other users with a warning.
 * @throws StorageError when it cannot be made, is no folder, or is one that many users share
 */
export async function makePrivateFolder(path: string, onWarning: (message: string) => void): Promise<void> {
  const mode = await makeFolder(path);
  if (mode & SHARED) throw new StorageError(`${path} is shared by all users. Name a folder of its own in storage.data_folder.`);
  if ((mode & OPEN_TO_OTHERS) === 0) return;
  const was = `${path} could be entered by other users (mode ${(mode & PERMISSIONS).toString(8)})`;
  try {
    await chmod(path, FOLDER_MODE);
    onWarning(`${was}; it is 700 now.`);
  } catch {
    // A volume whose folder belongs to somebody else: the files in it are ours and private all the same.
    onWarning(`${was} and belongs to another user, so it stays as it is. The files in it are private.`);
  }
}

/** Returns the mode of the folder. */
async function makeFolder(path: string): Promise<number> {
  try {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    const found = await stat(path);
    if (found.isDirectory()) return found.mode;
  } catch (error) {
    throw storageFailure(`make the data folder ${path}`, error);
  }
  throw new StorageError(`${path} is not a folder. Name another one in storage.data_folder.`);
}

/**
 * Does with a small file what every save does, and reads it back. The caller holds the folder's lock.
 * @throws StorageError when a step is refused or the content differs
 */
export async function tryFolder(path: string, fs: FileSystem): Promise<void> {
  const file = join(path, PROBE);
  const temporary = temporaryName(file);
  const renamed = temporaryName(file);
  try {
    await removeProbes(path, fs);
    await createDurably(fs, temporary, PROBE);
    await fs.rename(temporary, renamed);
    await fs.syncFolder(path);
    const found = await fs.read(renamed, PROBE.length);
    if (found.kind === 'content' && Buffer.from(found.bytes).toString() === PROBE) return;
  } catch (error) {
    throw storageFailure(`keep files in the data folder ${path}`, error);
  } finally {
    await removeQuietly(fs, temporary);
    await removeQuietly(fs, renamed);
  }
  throw new StorageError(`The data folder ${path} does not give back what was written to it. Use a local disk.`);
}

/** A process that died in the middle of the trial left its probe. */
async function removeProbes(path: string, fs: FileSystem): Promise<void> {
  for (const name of await fs.list(path)) if (temporaryKind(PROBE, name)) await removeQuietly(fs, join(path, name));
}
