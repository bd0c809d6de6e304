/** Looks at the data folder without changing anything in it. */
import { lstat, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { codeOf } from '../../storage/file-system.ts';
import type { EntryFacts, FolderFacts } from './check-folder.ts';

/** `folder` may be relative to the working directory and need not exist. */
export async function gatherFolder(folder: string): Promise<FolderFacts> {
  const path = resolve(folder);
  const found = await factsOf(path);
  const existing = found === null ? await nearestFolder(path) : path;
  return {
    path,
    folder: found,
    entries: found?.isFolder ? await entriesOf(path) : [],
    writeRefused: await tryToWrite(existing),
    freeBytes: await freeBytesOf(existing),
    userId: process.getuid?.() ?? null,
  };
}

async function factsOf(path: string): Promise<EntryFacts | null> {
  try {
    const { mode, uid, isDirectory } = await lstat(path).then((found) => ({ ...found, isDirectory: found.isDirectory() }));
    return { mode, ownerId: uid, isFolder: isDirectory };
  } catch {
    return null;
  }
}

async function entriesOf(path: string): Promise<FolderFacts['entries']> {
  const names = await readdir(path).catch((): string[] => []);
  const found = await Promise.all(names.toSorted().map(async (name) => ({ name, facts: await factsOf(join(path, name)) })));
  // A temporary file may be gone by now.
  return found.flatMap(({ name, facts }) => (facts === null ? [] : [{ name, ...facts }]));
}

/** The folder in which a folder that does not exist would be made. */
async function nearestFolder(path: string): Promise<string> {
  const above = dirname(path);
  return above === path || (await factsOf(above)) !== null ? above : nearestFolder(above);
}

/** The code of what stood in the way; null when a file could be written, and was removed again. */
async function tryToWrite(folder: string): Promise<string | null> {
  const file = join(folder, `.doctor-${process.pid}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile('x');
      await handle.sync();
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
    return null;
  } catch (error) {
    return codeOf(error) ?? 'unknown';
  }
}

async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
