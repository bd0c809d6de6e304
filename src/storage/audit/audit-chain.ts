/**
 * The chain of the audit log: each line holds the SHA-256 of the line before it, whatever that line is. A line that is changed, taken out
 * or put in shows in the one behind it. Who may write the folder may also write a whole new chain: what guards against that is a copy of
 * the newest digest elsewhere.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { type AuditRecord, auditRecordSchema } from './audit-record.ts';

/** What the first line of all names as its forerunner. */
export const BEGINNING = '0'.repeat(64);

/** The action of the line that stands behind one which a crash cut off. */
export const TORN_LINE = 'audit.torn_line';
/** The action of the line that says that something before it is not as it was written; its first change counts the faults. */
export const BROKEN_CHAIN = 'audit.broken_chain';

const lineSchema = auditRecordSchema.extend({ seq: z.int().positive(), prev: z.string().length(64) });
export type AuditLine = Readonly<z.infer<typeof lineSchema>>;

export interface ChainEnd {
  readonly seq: number;
  /** The digest of the last line. */
  readonly digest: string;
}

const digestOf = (line: Uint8Array | string): string => hash('sha256', line, 'hex');

/** The next line of the chain, without its line break, and the chain's end behind it. */
export function linkLine(record: AuditRecord, { seq, digest }: ChainEnd): { readonly text: string; readonly end: ChainEnd } {
  const text = JSON.stringify({ seq: seq + 1, prev: digest, ...record });
  return { text, end: { seq: seq + 1, digest: digestOf(text) } };
}

/** Null for what is no whole line. */
export function readLine(line: Uint8Array): AuditLine | null {
  try {
    return lineSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))).data ?? null;
  } catch {
    return null;
  }
}

export type LineFault =
  /** It names another forerunner than the line before it. */
  | 'chain'
  /** Its number does not follow. */
  | 'number'
  /** It is no line of the log, and nothing behind it says that a crash cut it off. */
  | 'unreadable';

export interface CheckedFile {
  readonly lines: number;
  readonly torn: number;
  readonly faults: readonly { readonly line: number; readonly what: LineFault }[];
  /** How many faults its last line about them tells of; null when there is no such line. */
  readonly toldFaults: number | null;
  /** What its first line names as its forerunner; null when that cannot be read. */
  readonly prev: string | null;
  /** Number of its first line that can be read, and the chain's end behind its last; null when it has none. */
  readonly first: number | null;
  readonly end: ChainEnd | null;
  /** Its last line has no line break: it was cut off, and nobody has said so yet. */
  readonly endsTorn: boolean;
  /** Actions that begin here and do not end here; and those that end here and began elsewhere. */
  readonly begun: readonly string[];
  readonly ended: readonly string[];
}

/** The lines of a file without their line breaks; what stands behind the last break is a line as well. */
export function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

const NEWLINE = 0x0a;

/** Faults that are told of one file; the rest is counted by nobody. */
const MAX_FAULTS = 20;

/** Checks one file by itself: what links it to the file before is up to the caller. */
export function checkFile(bytes: Uint8Array): CheckedFile {
  const check = new FileCheck();
  const lines = linesOf(bytes);
  for (const line of lines) check.take(line);
  return check.result({ endsTorn: bytes.length > 0 && bytes.at(-1) !== NEWLINE });
}

class FileCheck {
  readonly #faults: { line: number; what: LineFault }[] = [];
  readonly #begun = new Set<string>();
  readonly #ended: string[] = [];
  #count = 0;
  #torn = 0;
  #told: number | null = null;
  #prev: string | null = null;
  #first: AuditLine | null = null;
  #last: AuditLine | null = null;
  #digest: string | null = null;
  /** Number of the line before, when it could not be read. */
  #unread: number | null = null;

  take(raw: Uint8Array): void {
    this.#count += 1;
    const line = readLine(raw);
    if (this.#count === 1) this.#prev = line?.prev ?? null;
    if (line) this.#takeLine(line);
    else {
      if (this.#unread !== null) this.#fault(this.#unread, 'unreadable');
      this.#unread = this.#count;
    }
    this.#digest = digestOf(raw);
  }

  result({ endsTorn }: { readonly endsTorn: boolean }): CheckedFile {
    if (this.#unread !== null && endsTorn) this.#torn += 1;
    else if (this.#unread !== null) this.#fault(this.#unread, 'unreadable');
    return {
      lines: this.#count,
      torn: this.#torn,
      faults: this.#faults,
      toldFaults: this.#told,
      prev: this.#prev,
      first: this.#first?.seq ?? null,
      end: this.#digest === null ? null : { seq: this.#last?.seq ?? 0, digest: this.#digest },
      endsTorn,
      begun: [...this.#begun],
      ended: this.#ended,
    };
  }

  #takeLine(line: AuditLine): void {
    if (this.#digest !== null && line.prev !== this.#digest) this.#fault(this.#count, 'chain');
    if (this.#last && line.seq !== this.#last.seq + 1) this.#fault(this.#count, 'number');
    if (this.#unread !== null && line.action === TORN_LINE) this.#torn += 1;
    else if (this.#unread !== null) this.#fault(this.#unread, 'unreadable');
    this.#unread = null;
    if (line.action === BROKEN_CHAIN) this.#told = Number(line.changes[0]?.after ?? 0);
    if (line.phase === 'begun') this.#begun.add(line.id);
    if (line.phase === 'ended' && !this.#begun.delete(line.id)) this.#ended.push(line.id);
    this.#first ??= line;
    this.#last = line;
  }

  #fault(line: number, what: LineFault): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ line, what });
  }
}
