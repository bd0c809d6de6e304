/**
 * One process per data folder. An exclusive SQLite transaction is held for life: the kernel drops it with its holder, so there is
 * no stale lock to judge, and containers with process ids of their own do not matter.
 *
 * Nothing else may open `lock.db` in this process: closing any other handle on a file drops the process's locks on it (POSIX).
 */
import { chmod, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FILE_MODE, nodeFileSystem } from './file-system.ts';
import { StorageError } from './store.ts';
import { removeQuietly, writeDurably } from './write-durably.ts';

export interface DataLock {
  release(): void;
}

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** Keeps every held connection reachable: one that is collected closes itself, and the folder would be free unnoticed. */
const held = new Set<DatabaseSync>();

/** `folder` exists. @throws StorageError naming the holder when another process, or this one, has the folder already */
export async function lockDataFolder(folder: string): Promise<DataLock> {
  const file = join(folder, 'lock.db');
  const holder = join(folder, 'lock.holder');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    throw await refusal(folder, holder, error);
  }
  held.add(db);
  await chmod(file, FILE_MODE).catch(() => undefined);
  // For the message alone: the lock holds without it, on a full disk for instance.
  await removeQuietly(nodeFileSystem, holder);
  await writeDurably(nodeFileSystem, holder, `process ${process.pid} on ${hostname()}\n`).catch(() => undefined);
  return { release: () => release(db) };
}

function release(db: DatabaseSync): void {
  if (held.delete(db)) db.close();
}

async function refusal(folder: string, holder: string, error: unknown): Promise<StorageError> {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  if (code === SQLITE_BUSY) {
    const name = (await readFile(holder, 'utf8').catch(() => '')).trim() || 'another process';
    const remedy = 'Stop it first, or use another folder (storage.data_folder).';
    return new StorageError(`The data folder ${folder} is in use by ${name}. ${remedy}`, { cause: error });
  }
  const remedy =
    code === SQLITE_NOTADB
      ? 'lock.db in it is not a lock; remove that file.'
      : 'It must be on a local disk and belong to the user that runs Headgate.';
  return new StorageError(`The data folder ${folder} cannot be locked. ${remedy}`, { cause: error });
}
