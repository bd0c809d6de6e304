/**
 * The few file operations that storage is built from, and their real form. A port, so that a full disk, a failing one
 * and a crash between any two steps can be tried.
 */
import { constants } from 'node:fs';
import { chmod, link, lstat, open, readdir, rename, unlink } from 'node:fs/promises';

/** Every operation rejects with the operating system's error (`code`: `ENOENT`, `ENOSPC`, …). */
export interface FileSystem {
  /** Makes a file that is not there yet, mode 0600. Never opens an existing one and never follows a link. */
  create(path: string): Promise<NewFile>;
  /** Reads a regular file of at most `maxBytes`. Follows no link and never waits on a pipe. */
  read(path: string, maxBytes: number): Promise<FileContent>;
  link(existing: string, path: string): Promise<void>;
  /** Replaces `to` if it is there, in one step. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Names of what lies in the folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Resolves when the names in the folder (after create, link, rename, unlink) are on the disk. */
  syncFolder(folder: string): Promise<void>;
}

/** A file being written. `sync` resolves when its bytes are on the disk. */
export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** For files that only grow. */
export interface LogFiles {
  /** Opens a regular file to write at its end, made with mode 0600 when it is not there. Follows no link and never waits on a pipe. */
  append(path: string): Promise<GrowingFile>;
}

export interface GrowingFile extends NewFile {
  /** Bytes, and under how many names it lies: under none when somebody removed it. */
  stat(): Promise<{ readonly size: number; readonly links: number }>;
  /** Takes away what lies behind the first `size` bytes. */
  truncate(size: number): Promise<void>;
}

export type FileContent =
  | { readonly kind: 'content'; readonly bytes: Uint8Array /** Permission bits. */; readonly mode: number }
  | { readonly kind: 'too_large' /** Bytes. */; readonly size: number; readonly mode: number }
  /** A symbolic link, a folder, a pipe or a device: nothing that is read. */
  | { readonly kind: 'not_a_file' };

/** For the owner alone: everything kept here is secret or next to a secret. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;
/** The permission bits that let somebody else in. */
export const OPEN_TO_OTHERS = 0o077;

const PERMISSIONS = 0o7777;

export const nodeFileSystem: FileSystem & LogFiles = {
  link,
  rename,
  unlink,
  chmod,
  list: (folder) => readdir(folder),
  async create(path) {
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, FILE_MODE);
    return { write: (bytes) => file.writeFile(bytes), sync: () => file.datasync(), close: () => file.close() };
  },
  async append(path) {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw Object.assign(new Error('not a regular file'), { code: 'EINVAL' });
      if (found.mode & OPEN_TO_OTHERS) await file.chmod(FILE_MODE);
    } catch (error) {
      await file.close();
      throw error;
    }
    return {
      write: (bytes) => file.writeFile(bytes),
      sync: () => file.datasync(),
      close: () => file.close(),
      async stat() {
        const { size, nlink } = await file.stat();
        return { size, links: nlink };
      },
      truncate: (size) => file.truncate(size),
    };
  },
  async read(path, maxBytes) {
    // Looked at first, because opening a pipe or a device can have effects; O_NOFOLLOW below closes the gap between look and open.
    if (!(await lstat(path)).isFile()) return { kind: 'not_a_file' };
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size, mode } = await file.stat();
      if (size > maxBytes) return { kind: 'too_large', size, mode: mode & PERMISSIONS };
      return { kind: 'content', bytes: await file.readFile(), mode: mode & PERMISSIONS };
    } finally {
      await file.close();
    }
  },
  async syncFolder(folder) {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** The operating system's error code, or undefined for any other error. */
export const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};
