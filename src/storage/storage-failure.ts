/** Turns what the operating system says into words an operator can act on. */
import { codeOf } from './file-system.ts';
import { StorageError } from './store.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space or raise it',
  EROFS: 'the file system is read-only; mount it for writing, or name another folder in storage.data_folder',
  EACCES: 'permission denied; the folder and its files must belong to the user that runs Headgate',
  EPERM: 'not permitted; the folder and its files must belong to the user that runs Headgate',
  EIO: 'the disk reported an error; check it before anything else',
  EMFILE: 'this process has too many files open; raise its limit (ulimit -n)',
  ENFILE: 'the machine has too many files open',
  ENOENT: 'the folder is gone',
  EINVAL: 'this file system does not support it; use a local disk',
  ENOTSUP: 'this file system does not support it; use a local disk',
};

/** `action` completes "Cannot …". Never holds anything of a file's content. */
export function storageFailure(action: string, cause: unknown): StorageError {
  const code = codeOf(cause);
  const reason = (code !== undefined && REASONS[code]) || 'the operation failed';
  return new StorageError(`Cannot ${action}: ${reason}${code === undefined ? '' : ` (${code})`}.`, { cause });
}
