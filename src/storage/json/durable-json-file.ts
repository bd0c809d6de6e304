/**
 * lowdb's adapter for files that must survive: a crash or a power cut at any instant leaves the whole old or the whole new
 * content, a damaged file is set aside and its backup used, and what cannot be read is never taken for empty.
 *
 * A save: new file under a name of its own, bytes to the disk, previous file kept as `.bak` (by link and rename, so that the
 * backup is never absent), rename, folder to the disk. Only then it is acknowledged.
 */
import { basename, dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';
import type { Now } from '../../core/time.ts';
import { codeOf, FILE_MODE, type FileSystem, OPEN_TO_OTHERS } from '../file-system.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';
import { createDurably, removeQuietly, temporaryKind, temporaryName, writeDurably } from '../write-durably.ts';
import { type JsonFormat, loadJson, MAX_FILE_BYTES, type Versioned } from './load-json.ts';

/** A file was damaged and its backup took its place: what was written last may be missing. */
export interface Recovery {
  readonly file: string;
  /** Why the file could not be used; nothing of its content. */
  readonly reason: string;
  /** Where the damaged file lies now. */
  readonly setAside: string;
}

/** What every file in the data folder needs from outside. */
export interface JsonFileDeps {
  readonly fs: FileSystem;
  readonly now: Now;
  readonly onRecovered: (recovery: Recovery) => void;
  /** Something was found wrong and put right, in plain words. */
  readonly onWarning: (message: string) => void;
}

export interface DurableJsonFileOptions<T extends Versioned> extends JsonFormat<T> {
  /** Absolute path. */
  readonly file: string;
  /** What a file that never existed starts as. */
  readonly initial: T;
  readonly serialize: (data: T) => Uint8Array;
  /** Changes what came from a backup before it is written and used. */
  readonly afterRestore?: ((data: T) => T) | undefined;
}

/** A file system without hard links says one of these; the backup is copied there. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** Damaged files set aside within one millisecond. */
const MAX_NAMES = 100;

export class DurableJsonFile<T extends Versioned> implements Adapter<T> {
  readonly #options: DurableJsonFileOptions<T>;
  readonly #deps: JsonFileDeps;
  readonly #file: string;
  readonly #backup: string;
  #restored = false;

  constructor(options: DurableJsonFileOptions<T>, deps: JsonFileDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#file = options.file;
    this.#backup = `${options.file}.bak`;
  }

  /** `read` had to use the backup. */
  get restoredFromBackup(): boolean {
    return this.#restored;
  }

  /**
   * Reads the file, restores it, or makes it when there never was one. To be called once, before any write, by the only process
   * that uses the folder.
   * @throws StorageError with the remedy when there is no good content although there was some
   */
  async read(): Promise<T> {
    const main = await loadJson(this.#deps.fs, this.#file, this.#options);
    if (main.kind === 'missing') return await this.#begin();
    const data = main.kind === 'good' ? main.data : await this.#restore(main.reason);
    if (main.kind === 'good') {
      await this.#tighten(this.#file, main.mode);
      if (main.older) await this.#keepOlder(main.older);
    }
    await this.#tidy();
    return data;
  }

  /**
   * Resolves when `data` would survive a power cut. Rejects otherwise; the file then holds the old content, or the new one when
   * only the very last step (synchronizing the folder) failed.
   */
  async write(data: T): Promise<void> {
    const { fs } = this.#deps;
    const bytes = this.#options.serialize(data);
    refuseTooLarge(this.#file, bytes.length);
    const temporary = temporaryName(this.#file);
    try {
      await createDurably(fs, temporary, bytes);
      await this.#keepPrevious();
      await fs.rename(temporary, this.#file);
    } catch (error) {
      await removeQuietly(fs, temporary);
      throw error;
    }
    await fs.syncFolder(dirname(this.#file));
  }

  /** Before the first write in the new format: the way back to the program that wrote the old one. */
  async #keepOlder({ version, bytes }: { readonly version: number; readonly bytes: Uint8Array }): Promise<void> {
    const copy = `${this.#file}.format-${version}`;
    try {
      await writeDurably(this.#deps.fs, copy, bytes);
    } catch (error) {
      throw storageFailure(`keep ${copy}`, error);
    }
    this.#deps.onWarning(`${this.#file} was brought to a newer format; as it was before it lies in ${basename(copy)}.`);
  }

  async #keepPrevious(): Promise<void> {
    const { fs } = this.#deps;
    const copy = temporaryName(this.#file);
    try {
      await this.#linkOrCopy(copy);
      await fs.rename(copy, this.#backup);
    } catch (error) {
      await removeQuietly(fs, copy);
      // Somebody removed the file while we run: memory holds it all, and the older backup stays.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  async #linkOrCopy(copy: string): Promise<void> {
    const { fs } = this.#deps;
    try {
      await fs.link(this.#file, copy);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      const found = await fs.read(this.#file, MAX_FILE_BYTES);
      if (found.kind === 'content') await createDurably(fs, copy, found.bytes);
    }
  }

  /** There is no file: either there never was one, or it was lost. */
  async #begin(): Promise<T> {
    const names = await this.#names();
    const name = basename(this.#file);
    const left = names.filter(
      (other) => other === `${name}.bak` || other.startsWith(`${name}.corrupt-`) || temporaryKind(this.#file, other) === 'next',
    );
    if (left.length > 0) throw lost(this.#file, left);
    try {
      await writeDurably(this.#deps.fs, this.#file, this.#options.serialize(this.#options.initial));
    } catch (error) {
      throw storageFailure(`create ${this.#file}`, error);
    }
    await this.#tidy();
    return this.#options.initial;
  }

  async #restore(reason: string): Promise<T> {
    const backup = await loadJson(this.#deps.fs, this.#backup, this.#options);
    if (backup.kind !== 'good') throw unusable(this.#file, reason, backup.kind === 'missing' ? null : backup.reason);
    const data = this.#options.afterRestore?.(backup.data) ?? backup.data;
    try {
      const setAside = await this.#replaceDamaged(data);
      this.#restored = true;
      this.#deps.onRecovered({ file: this.#file, reason, setAside });
    } catch (error) {
      throw storageFailure(`restore ${this.#file} from its backup`, error);
    }
    return data;
  }

  /** The good content is on the disk before the damaged file is touched, and the backup stays as it is. */
  async #replaceDamaged(data: T): Promise<string> {
    const { fs } = this.#deps;
    const folder = dirname(this.#file);
    const temporary = temporaryName(this.#file);
    try {
      await createDurably(fs, temporary, this.#options.serialize(data));
      const setAside = await this.#setAside();
      await fs.syncFolder(folder);
      await fs.rename(temporary, this.#file);
      await fs.syncFolder(folder);
      return setAside;
    } catch (error) {
      await removeQuietly(fs, temporary);
      throw error;
    }
  }

  /** A second name for the damaged file; the first one is kept until the good file replaces it. */
  async #setAside(): Promise<string> {
    const { fs, now } = this.#deps;
    const time = new Date(now()).toISOString().replaceAll(/[:.]/g, '-');
    for (let attempt = 1; ; attempt += 1) {
      const name = `${this.#file}.corrupt-${time}${attempt === 1 ? '' : `-${attempt}`}`;
      try {
        await fs.link(this.#file, name);
        return name;
      } catch (error) {
        if (NO_LINKS.has(codeOf(error))) {
          await fs.rename(this.#file, name);
          return name;
        }
        if (codeOf(error) !== 'EEXIST' || attempt === MAX_NAMES) throw error;
      }
    }
  }

  /** Removes what dead processes left behind: the caller is the only live one. */
  async #tidy(): Promise<void> {
    for (const name of await this.#names()) {
      if (temporaryKind(this.#file, name)) await removeQuietly(this.#deps.fs, join(dirname(this.#file), name));
    }
    const backup = await this.#deps.fs.read(this.#backup, 0).catch(() => null);
    if (backup && backup.kind !== 'not_a_file') await this.#tighten(this.#backup, backup.mode);
  }

  async #tighten(file: string, mode: number): Promise<void> {
    if ((mode & OPEN_TO_OTHERS) === 0) return;
    try {
      await this.#deps.fs.chmod(file, FILE_MODE);
    } catch (error) {
      throw storageFailure(`take ${file} away from other users (chmod 600)`, error);
    }
    this.#deps.onWarning(`${file} could be read by other users (mode ${mode.toString(8)}); it is 600 now.`);
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await this.#deps.fs.list(dirname(this.#file));
    } catch (error) {
      throw storageFailure(`look into ${dirname(this.#file)}`, error);
    }
  }
}

function refuseTooLarge(file: string, size: number): void {
  if (size <= MAX_FILE_BYTES) return;
  throw new StorageError(`Cannot write ${file}: it would have ${size} bytes, the most is ${MAX_FILE_BYTES}.`);
}

/** The file is gone, but not everything of it. An empty file in its place is read as damaged, which restores the backup. */
function lost(file: string, left: readonly string[]): StorageError {
  const hasBackup = left.includes(`${basename(file)}.bak`);
  const remedy = hasBackup
    ? `To restore the backup, make an empty file (touch ${file}) and start again.`
    : `Put a good copy of ${basename(file)} there and start again.`;
  return new StorageError(
    `${file} is missing, but ${left.join(', ')} beside it shows that there was one. ${remedy} ` +
      'To start without what was stored, move these files to another folder.',
  );
}

function unusable(file: string, reason: string, backupReason: string | null): StorageError {
  const backup = backupReason === null ? 'there is no backup' : `neither can its backup (${backupReason})`;
  return new StorageError(
    `${file} cannot be used (${reason}), and ${backup}. Nothing was changed. Put a good copy of ${basename(file)} there and start ` +
      `again, or move ${basename(file)} and everything that begins with its name to another folder to start without what was stored.`,
  );
}
