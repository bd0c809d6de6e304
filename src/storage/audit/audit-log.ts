/**
 * Writes the audit log. Lines are only ever put behind what is there. What the disk refuses is kept in memory, tried again, and told.
 */
import { dirname, join } from 'node:path';
import type { DurationMs } from '../../core/time.ts';
import { codeOf, type FileSystem, type GrowingFile, type LogFiles } from '../file-system.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';
import { BEGINNING, type ChainEnd, linkLine } from './audit-chain.ts';
import { auditFiles, type ChainReport, CURRENT_FILE, fullFileName } from './audit-files.ts';
import type { AuditRecord } from './audit-record.ts';

export type AuditFileSystem = Pick<FileSystem, 'list' | 'read' | 'rename' | 'unlink' | 'syncFolder'> & LogFiles;

export interface AuditLogDeps {
  readonly fs: AuditFileSystem;
  /** Told about every refused write, and about the first success after one. */
  readonly onOutcome: (outcome: { readonly ok: boolean }) => void;
  /** Something was found that somebody else did to the files, in plain words. */
  readonly onWarning: (message: string) => void;
  /** A line that was lost because the disk refused for too long. */
  readonly onLost: (record: AuditRecord) => void;
  /** A full file is put aside. Bytes. */
  readonly maxFileBytes?: number;
  /** Wait before what was refused is tried again. */
  readonly retryMs?: DurationMs;
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;
/** Full files that are kept beside the newest: some forty megabytes, and about a hundred thousand lines. */
const MAX_FULL_FILES = 20;
const RETRY_MS: DurationMs = 2000;
/** Lines that wait for the disk. Beginnings of changes are refused while it refuses, so that these are logins and ends. */
const MAX_WAITING = 2000;

interface Waiting {
  readonly record: AuditRecord;
  readonly settle: (error: StorageError | null) => void;
}

export class AuditLog {
  readonly #deps: AuditLogDeps;
  readonly #folder: string;
  #end: ChainEnd;
  /** The last line was cut off by a crash: what comes next begins with a line break. */
  #isTorn: boolean;
  #file: GrowingFile | null = null;
  /** Bytes of the file that are known to be on the disk; null before it was opened. */
  #size: number | null = null;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failing = false;
  #closed = false;

  /** The caller holds the folder's lock. `found`: what its files hold. */
  constructor(folder: string, found: Pick<ChainReport, 'last' | 'head' | 'endsTorn'>, deps: AuditLogDeps) {
    this.#folder = folder;
    this.#end = { seq: found.last ?? 0, digest: found.head ?? BEGINNING };
    this.#isTorn = found.endsTorn;
    this.#deps = deps;
  }

  /** The disk refuses, so that lines wait in memory. */
  get failing(): boolean {
    return this.#failing;
  }

  /**
   * Resolves when the line is on the disk. Rejects when the disk refuses it; the line is kept then and tried again, so that it is in the
   * log sooner or later.
   * @throws StorageError
   */
  append(record: AuditRecord): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#closed) {
      this.#deps.onLost(record);
      return Promise.reject(new StorageError('The audit log is closed.'));
    }
    this.#waiting.push({ record, settle: (error) => (error ? reject(error) : resolve()) });
    if (this.#waiting.length > MAX_WAITING) this.#loseOldest();
    if (!this.#running) this.#begin();
    return promise;
  }

  /** Tries what waits once more, and lets go of the file. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    if (this.#waiting.length > 0) await this.#writeAll();
    for (const { record } of this.#waiting.splice(0)) this.#deps.onLost(record);
    await this.#letGo();
  }

  #begin(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#writeAll().finally(() => {
      this.#running = null;
      if (this.#waiting.length === 0 || this.#closed) return;
      if (this.#failing) this.#timer = setTimeout(() => this.#begin(), this.#deps.retryMs ?? RETRY_MS).unref();
      else this.#begin();
    });
  }

  /** Everything that waits, in one write. */
  async #writeAll(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      await this.#rotateWhenFull();
      await this.#write(batch.map(({ record }) => record));
      for (const { settle } of batch) settle(null);
      this.#report(true);
    } catch (error) {
      await this.#letGo();
      this.#waiting = [...batch.map(({ record }) => ({ record, settle: () => undefined })), ...this.#waiting];
      this.#report(false);
      const failure = error instanceof StorageError ? error : storageFailure(`write ${this.#path}`, error);
      for (const { settle } of batch) settle(failure);
    }
  }

  async #write(records: readonly AuditRecord[]): Promise<void> {
    let end = this.#end;
    const lines = records.map((record) => {
      const linked = linkLine(record, end);
      end = linked.end;
      return `${linked.text}\n`;
    });
    const bytes = Buffer.from(`${this.#isTorn ? '\n' : ''}${lines.join('')}`);
    const file = await this.#open();
    const before = this.#size ?? 0;
    await file.write(bytes);
    await file.sync();
    if (before === 0) await this.#deps.fs.syncFolder(dirname(this.#path));
    this.#size = before + bytes.length;
    this.#end = end;
    this.#isTorn = false;
  }

  /** What a refused write left behind goes away again: nobody was told that it is there. */
  async #open(): Promise<GrowingFile> {
    if (this.#file && (await this.#file.stat()).links > 0) return this.#file;
    if (this.#file) {
      this.#deps.onWarning(`${this.#path} was removed while it was in use; the audit log goes on in a new one`);
      await this.#letGo();
      this.#size = null;
    }
    const file = await this.#deps.fs.append(this.#path);
    this.#file = file;
    const { size } = await file.stat();
    if (this.#size === null) this.#size = size;
    else if (size > this.#size) await file.truncate(this.#size);
    return file;
  }

  async #rotateWhenFull(): Promise<void> {
    if ((this.#size ?? 0) < (this.#deps.maxFileBytes ?? MAX_FILE_BYTES)) return;
    const { fs } = this.#deps;
    await this.#letGo();
    await fs.rename(this.#path, join(this.#folder, await this.#nameForFull())).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
      this.#deps.onWarning(`${this.#path} was removed while it was in use; the audit log goes on in a new one`);
    });
    this.#size = 0;
    await fs.syncFolder(this.#folder);
    const full = (await auditFiles(this.#folder, fs)).filter((name) => name !== CURRENT_FILE);
    for (const name of full.slice(0, -MAX_FULL_FILES)) await fs.unlink(join(this.#folder, name));
  }

  /** Numbers go up even where somebody has put other files there: nothing is ever overwritten. */
  async #nameForFull(): Promise<string> {
    const full = (await auditFiles(this.#folder, this.#deps.fs)).filter((name) => name !== CURRENT_FILE);
    const highest = Number(/\d+/.exec(full.at(-1) ?? '')?.[0] ?? 0);
    return fullFileName(Math.max(this.#end.seq, highest + 1));
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => undefined);
  }

  #report(ok: boolean): void {
    if (!ok || this.#failing) this.#deps.onOutcome({ ok });
    this.#failing = !ok;
  }

  #loseOldest(): void {
    const lost = this.#waiting.shift();
    if (!lost) return;
    this.#deps.onLost(lost.record);
    lost.settle(new StorageError('The audit log could not be written for too long.'));
  }

  get #path(): string {
    return join(this.#folder, CURRENT_FILE);
  }
}
