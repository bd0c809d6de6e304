/** Small files of the data folder that only the owner may read: the admin key, and the note on the running server. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The trimmed content, or null when there is no such file. */
export async function readPrivateFile(folder: string, name: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, name), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Replaces the file as a whole, mode 0600. */
export async function writePrivateFile(folder: string, name: string, content: string): Promise<void> {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  await rm(temporary, { force: true });
  await writeFile(temporary, `${content}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, join(folder, name));
}

export const removePrivateFile = (folder: string, name: string): Promise<void> => rm(join(folder, name), { force: true });
