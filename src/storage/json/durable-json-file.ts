/**
 * A lowdb adapter for files that must not be lost: after a crash at any point there is the old content or the new, whole, never a
 * mixture and never nothing. lowdb's own adapter syncs nothing and leaves the file readable by everybody.
 *
 * Writing: unique temporary file 0600 → content → fdatasync → the previous content kept as `.bak` by rename → rename → folder sync.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { Adapter } from 'lowdb';
import { StorageError } from '../store.ts';
import type { FileSystem } from './file-system.ts';

export interface DurableJsonFileOptions<T> {
  readonly fileSystem: FileSystem;
  /** Turns parsed JSON into data. @throws for content that is not ours; such a file is set aside. */
  readonly parse: (raw: unknown) => T;
  readonly now: () => number;
}

/** Records are small; a larger file is not ours. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

type Attempt<T> =
  | { readonly kind: 'good'; readonly data: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'bad'; readonly why: string };

export class DurableJsonFile<T> implements Adapter<T> {
  readonly path: string;
  readonly #options: DurableJsonFileOptions<T>;
  #restored = false;

  constructor(path: string, options: DurableJsonFileOptions<T>) {
    this.path = resolve(path);
    this.#options = options;
  }

  /** The content was taken from the backup, which may be one write behind. */
  get restored(): boolean {
    return this.#restored;
  }

  /** The content, or null when there never was any. @throws StorageError when it is unreadable and cannot be restored. */
  async read(): Promise<T | null> {
    const main = await this.#tryRead(this.path);
    if (main.kind === 'good') {
      await this.#tidy();
      return main.data;
    }
    const backup = await this.#tryRead(`${this.path}.bak`);
    if (main.kind === 'missing') {
      const leftovers = await this.#leftovers();
      if (backup.kind === 'missing' && leftovers.length === 0) return null;
      throw new StorageError(
        `${this.path} is missing, but ${backup.kind === 'missing' ? leftovers.join(', ') : `${basename(this.path)}.bak`} beside it is not. ` +
          'Headgate does not start empty over earlier data: put the file back (a copy of the .bak file, or a backup), or move the leftovers away to start anew.',
      );
    }
    if (backup.kind !== 'good') {
      throw new StorageError(
        `${this.path} is unreadable (${main.why}) and has no good backup. Restore it from a backup of the data folder.`,
      );
    }
    const { fileSystem, now } = this.#options;
    const aside = `${this.path}.corrupt-${new Date(now()).toISOString().replaceAll(':', '')}`;
    await guarded(async () => {
      await fileSystem.keepAs(this.path, aside);
      await this.#replace(JSON.stringify(backup.data, null, 2), false);
    }, this.path);
    this.#restored = true;
    return backup.data;
  }

  /** Resolves when `data` is durable. @throws StorageError when the medium refuses; the previous content is untouched then. */
  async write(data: T): Promise<void> {
    await guarded(() => this.#replace(JSON.stringify(data, null, 2), true), this.path);
  }

  async #replace(text: string, keepPrevious: boolean): Promise<void> {
    const { fileSystem } = this.#options;
    const folder = dirname(this.path);
    const temporary = join(folder, `.${basename(this.path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await fileSystem.writeNew(temporary, text);
      if (keepPrevious) {
        const kept = await fileSystem.keepAs(this.path, `${temporary}.bak`);
        if (kept) await fileSystem.rename(`${temporary}.bak`, `${this.path}.bak`);
      }
      await fileSystem.rename(temporary, this.path);
    } catch (error) {
      await fileSystem.remove(temporary).catch(() => undefined);
      await fileSystem.remove(`${temporary}.bak`).catch(() => undefined);
      throw error;
    }
    await fileSystem.syncFolder(folder);
  }

  async #tryRead(path: string): Promise<Attempt<T>> {
    const { fileSystem, parse } = this.#options;
    const found = await fileSystem.kindOf(path);
    if (!found) return { kind: 'missing' };
    if (found.kind !== 'file') throw new StorageError(`${path} is not a plain file. Headgate does not follow links to its data.`);
    if (found.bytes > MAX_FILE_BYTES) throw new StorageError(`${path} is larger than 64 MB, so it was not written by Headgate.`);
    if (found.mode & 0o077) await fileSystem.setMode(path, 0o600);
    const text = await fileSystem.read(path);
    if (text === null) return { kind: 'missing' };
    try {
      return { kind: 'good', data: parse(JSON.parse(text)) };
    } catch (error) {
      if (error instanceof StorageError) throw error;
      return { kind: 'bad', why: error instanceof SyntaxError ? 'not valid JSON' : 'not the expected content' };
    }
  }

  /** Temporary files of writers that died, and files that were set aside. */
  async #leftovers(): Promise<readonly string[]> {
    const name = basename(this.path);
    const entries = await this.#options.fileSystem.list(dirname(this.path));
    return entries.filter((entry) => entry.startsWith(`.${name}.`) || entry.startsWith(`${name}.corrupt-`));
  }

  /** With a good main file, temporary files are of no use any more. */
  async #tidy(): Promise<void> {
    const { fileSystem } = this.#options;
    for (const entry of await this.#leftovers()) {
      if (entry.startsWith('.')) await fileSystem.remove(join(dirname(this.path), entry));
    }
  }
}

/** What an operator can do about a refusal of the medium. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EROFS: 'the file system is read-only: mount it writable',
  EACCES: 'permission denied: the folder must belong to the user who runs Headgate',
  EPERM: 'not permitted: the folder must belong to the user who runs Headgate',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
};

async function guarded(work: () => Promise<void>, path: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new StorageError(`${path} could not be written: ${REMEDIES[code] ?? code}.`, { cause: error });
  }
}
