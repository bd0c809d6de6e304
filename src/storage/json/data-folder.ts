/** Opens the folder with everything that must outlive the process, for this process alone, and says what had to be repaired. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DataLock, lockDataFolder } from '../data-lock.ts';
import { nodeFileSystem } from '../file-system.ts';
import { readPrivateFile } from '../private-file.ts';
import { makePrivateFolder, tryFolder } from '../private-folder.ts';
import type { SealKey } from '../record-seal.ts';
import { StorageError } from '../store.ts';
import type { JsonFileDeps, Recovery } from './durable-json-file.ts';
import { type JsonStores, openJsonStores } from './open-json-stores.ts';

/** Lies in the folder while a restore exchanges its files. */
export const RESTORE_MARK = 'restore-in-progress';

export interface DataFolder extends JsonStores {
  /** Absolute path. */
  readonly path: string;
  /** What was damaged and restored at opening; a person must hear of it. */
  readonly recoveries: readonly Recovery[];
  /** What was put right at opening, in plain words. */
  readonly warnings: readonly string[];
  /** What lies in the folder, by name: regular files only. */
  files(): Promise<readonly { readonly name: string; readonly bytes: number; readonly modifiedAt: number }[]>;
  /** Gives the folder back. Nothing may be written afterwards. */
  close(): void;
}

export interface DataFolderOptions extends Partial<Pick<JsonFileDeps, 'fs' | 'now'>> {
  /** What credentials are sealed with: the first seals, all of them open. None: credentials lie in clear. */
  readonly keys?: readonly SealKey[];
}

/**
 * `folder` may be relative to the working directory and need not exist.
 * @throws StorageError, fit for an operator, when the folder is in use, does not keep what is written, or holds what cannot be read
 */
export async function openDataFolder(folder: string, given: DataFolderOptions = {}): Promise<DataFolder> {
  const path = resolve(folder);
  const recoveries: Recovery[] = [];
  const warnings: string[] = [];
  const deps: JsonFileDeps = {
    fs: nodeFileSystem,
    now: Date.now,
    ...(given.fs ? { fs: given.fs } : {}),
    ...(given.now ? { now: given.now } : {}),
    onRecovered: (recovery) => void recoveries.push(recovery),
    onWarning: (message) => void warnings.push(message),
  };
  await makePrivateFolder(path, deps.onWarning);
  const lock: DataLock = await lockDataFolder(path);
  try {
    await tryFolder(path, deps.fs);
    await refuseHalfRestored(path);
    const stores = await openJsonStores(path, deps, given.keys);
    return { ...stores, path, recoveries, warnings, files: () => listFiles(path), close: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A restore exchanges many files: what it left half done must not be taken for a data folder. */
async function refuseHalfRestored(folder: string): Promise<void> {
  if ((await readPrivateFile(folder, RESTORE_MARK)) === null) return;
  throw new StorageError(
    `A restore of ${folder} was cut off. Run headgate restore again; or move the files of the newest before-restore folder back, remove ${RESTORE_MARK}, and start.`,
  );
}

async function listFiles(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const found = await Promise.all(
    files.toSorted().map(async (name) => {
      // A temporary file may be gone by now.
      const facts = await stat(join(folder, name)).catch(() => null);
      return facts && { name, bytes: facts.size, modifiedAt: facts.mtimeMs };
    }),
  );
  return found.filter((file) => file !== null);
}
