/** The few file operations that durable writing needs, as a port, so that tests can fail or stop at any one of them. */
import { constants } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';

export interface FileSystem {
  /** The text, or null when there is no such file. */
  read(path: string): Promise<string | null>;
  /** Creates a file that must not exist, mode 0600, and resolves when its bytes are on the disk. */
  writeNew(path: string, text: string): Promise<void>;
  /** A second name for the file's present content; a copy where the medium knows no hard links. False when there is no such file. */
  keepAs(path: string, other: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Resolves when the folder's entries are on the disk. */
  syncFolder(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** What a name stands for; null when there is nothing. */
  kindOf(
    path: string,
  ): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly mode: number; readonly bytes: number } | null>;
  makeFolder(path: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export const nodeFileSystem: FileSystem = {
  read: (path) => orNull(readFile(path, 'utf8')),
  async writeNew(path, text) {
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  async keepAs(path, other) {
    try {
      await link(path, other);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      await copyFile(path, other, constants.COPYFILE_EXCL);
      return true;
    }
  },
  rename: (from, to) => rename(from, to),
  async remove(path) {
    await orNull(unlink(path));
  },
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  list: (folder) => readdir(folder),
  async kindOf(path) {
    const stat = await orNull(lstat(path));
    if (!stat) return null;
    return { kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other', mode: stat.mode & 0o777, bytes: stat.size };
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  setMode: (path, mode) => chmod(path, mode),
};
