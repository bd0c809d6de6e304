/**
 * One process per data folder. An exclusive SQLite transaction is held for life: the kernel drops it with its holder, so there is no
 * stale lock to judge, and containers with process ids of their own do not matter.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError } from './store.ts';

export interface DataLock {
  release(): void;
}

/** @throws StorageError naming the holder when another process has the folder. */
export async function lockDataFolder(folder: string): Promise<DataLock> {
  const holderFile = join(folder, 'lock.holder');
  const db = new DatabaseSync(join(folder, 'lock.db'));
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    db.close();
    const holder = (await readFile(holderFile, 'utf8').catch(() => 'another process')).trim();
    throw new StorageError(
      `The data folder ${folder} is in use by ${holder}. Stop it first, or use another folder (storage.data_folder).`,
    );
  }
  await writeFile(holderFile, `process ${process.pid} on ${hostname()}\n`, { mode: 0o600 });
  return { release: () => db.close() };
}
