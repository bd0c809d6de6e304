/**
 * The files of the audit log in the data folder: `audit.jsonl` is written to; those that were full lie beside it as `audit-N.jsonl`, N being
 * the number of their last line. The chain goes on from one to the next.
 */
import { join } from 'node:path';
import { codeOf, type FileSystem, nodeFileSystem } from '../file-system.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';
import { BEGINNING, type CheckedFile, checkFile, type LineFault } from './audit-chain.ts';

export const CURRENT_FILE = 'audit.jsonl';
const FULL_FILE = /^audit-(\d{10})\.jsonl$/;
/** More than a file has when it is full, and the last batch of lines in it. */
const MAX_BYTES = 64 * 1024 * 1024;

export type AuditReadFiles = Pick<FileSystem, 'list' | 'read'>;

export const fullFileName = (lastSeq: number): string => `audit-${String(lastSeq).padStart(10, '0')}.jsonl`;

/** In the order of the chain, the newest last. @throws StorageError */
export async function auditFiles(folder: string, fs: AuditReadFiles): Promise<readonly string[]> {
  const names = await fs.list(folder).catch((error: unknown) => {
    throw storageFailure(`look into ${folder}`, error);
  });
  const full = names.filter((name) => FULL_FILE.test(name)).toSorted();
  return names.includes(CURRENT_FILE) ? [...full, CURRENT_FILE] : full;
}

/** Null when there is no such file any more. @throws StorageError */
export async function readAuditFile(folder: string, name: string, fs: AuditReadFiles): Promise<Uint8Array | null> {
  const path = join(folder, name);
  const found = await fs.read(path, MAX_BYTES).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw storageFailure(`read ${path}`, error);
  });
  if (found === null) return null;
  if (found.kind !== 'content') throw new StorageError(`${path} is no file of the audit log. Move it away.`);
  return found.bytes;
}

export interface ChainReport {
  /** Nothing was changed, taken out or put in, as far as the files that are kept can tell. */
  readonly isWhole: boolean;
  readonly files: readonly string[];
  readonly lines: number;
  /** Numbers of the first and the last line; null when there is none. A first number over 1: older files were let go. */
  readonly first: number | null;
  readonly last: number | null;
  /** The digest of the last line: whoever keeps it elsewhere can tell later whether this line and all before it are still there. */
  readonly head: string | null;
  /** Lines that a crash cut off, each with a line behind it that says so. */
  readonly torn: number;
  /** At most twenty of a file. */
  readonly faults: readonly { readonly file: string; readonly line: number; readonly what: LineFault }[];
  /** How many faults the last line about them tells of. */
  readonly toldFaults: number;
  /** The newest file ends in a line that was cut off and of which nothing is said yet. */
  readonly endsTorn: boolean;
  /** Ids of actions that began and of whose end nothing is known. */
  readonly unended: ReadonlySet<string>;
}

interface NamedCheck extends CheckedFile {
  readonly name: string;
}

/** Checks the whole chain, beside a running server too. @throws StorageError when the folder or a file in it cannot be read */
export async function verifyAuditLog(folder: string, fs: AuditReadFiles = nodeFileSystem): Promise<ChainReport> {
  const checks: NamedCheck[] = [];
  for (const name of await auditFiles(folder, fs)) {
    const bytes = await readAuditFile(folder, name, fs);
    if (bytes && bytes.length > 0) checks.push({ name, ...checkFile(bytes) });
  }
  return reportOf(checks);
}

function reportOf(checks: readonly NamedCheck[]): ChainReport {
  const faults = checks.flatMap((check, index) => [
    ...linkFault(check, checks[index - 1]),
    ...check.faults.map((fault) => ({ file: check.name, ...fault })),
  ]);
  const unended = new Set<string>();
  for (const { begun, ended } of checks) {
    for (const id of ended) unended.delete(id);
    for (const id of begun) unended.add(id);
  }
  return {
    isWhole: faults.length === 0,
    files: checks.map(({ name }) => name),
    lines: checks.reduce((sum, { lines }) => sum + lines, 0),
    first: checks[0]?.first ?? null,
    last: checks.at(-1)?.end?.seq ?? null,
    head: checks.at(-1)?.end?.digest ?? null,
    torn: checks.reduce((sum, { torn }) => sum + torn, 0),
    faults,
    toldFaults: checks.reduce((told, check) => check.toldFaults ?? told, 0),
    endsTorn: checks.at(-1)?.name === CURRENT_FILE && checks.at(-1)?.endsTorn === true,
    unended,
  };
}

/** The first file that is kept may follow one that was let go; only line 1 has no forerunner. */
function linkFault({ name, prev, first }: NamedCheck, before: NamedCheck | undefined): ChainReport['faults'] {
  if (prev === null || first === null) return [];
  if (!before?.end) return (first === 1) === (prev === BEGINNING) ? [] : [{ file: name, line: 1, what: 'chain' }];
  if (prev !== before.end.digest) return [{ file: name, line: 1, what: 'chain' }];
  return first === before.end.seq + 1 ? [] : [{ file: name, line: 1, what: 'number' }];
}
