/** Replaces a small file so that at every instant, power cuts included, its name holds the whole old or the whole new content. */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { codeOf, type FileSystem } from './file-system.ts';

/** Stands in the names of temporary files and shows whose they are. */
const unique = (): string => `${process.pid}.${randomBytes(6).toString('hex')}`;

/**
 * A name beside `file` that nothing else uses. `first` marks the very first write of a file: what is left of it after a crash
 * is known to hold nothing of value.
 */
export function temporaryName(file: string, mark: 'first' | 'next' = 'next'): string {
  return join(dirname(file), `.${basename(file)}.${mark}.${unique()}.tmp`);
}

/** Is `name` what a write of `file` leaves behind when its process dies? */
export function temporaryKind(file: string, name: string): 'first' | 'next' | null {
  const prefix = `.${basename(file)}.`;
  if (!name.startsWith(prefix) || !name.endsWith('.tmp')) return null;
  return name.startsWith(`${prefix}first.`) ? 'first' : 'next';
}

/** Writes a new file whose bytes are on the disk when this resolves; its name is only after the folder was synchronized. */
export async function createDurably(fs: FileSystem, path: string, content: string | Uint8Array): Promise<void> {
  const file = await fs.create(path);
  try {
    await file.write(typeof content === 'string' ? Buffer.from(content) : content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes `file` anew or replaces it; the old content is gone then. Rejects with the operating system's error, `file` untouched. */
export async function writeDurably(fs: FileSystem, file: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(file, 'first');
  try {
    await createDurably(fs, temporary, content);
    await fs.rename(temporary, file);
  } catch (error) {
    await removeQuietly(fs, temporary);
    throw error;
  }
  await fs.syncFolder(dirname(file));
}

/** For tidying up only: what cannot be removed stays, and is tidied up at the next start. */
export async function removeQuietly(fs: FileSystem, path: string): Promise<void> {
  await fs.unlink(path).catch(() => undefined);
}

/** @throws the operating system's error, unless there was nothing to remove. */
export async function removeIfThere(fs: FileSystem, path: string): Promise<void> {
  await fs.unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}
