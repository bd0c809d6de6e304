/** Reads the audit log backwards, the newest first, one page at a time. */
import { type AuditLine, linesOf, readLine } from './audit-chain.ts';
import { type AuditReadFiles, auditFiles, readAuditFile } from './audit-files.ts';

export interface AuditQuery {
  /** Only lines with a lower number; null for all. */
  readonly before: number | null;
  readonly limit: number;
  /** Actions whose beginning is all that is known of them; of the others only the end is shown, which holds everything. */
  readonly unended: ReadonlySet<string>;
  readonly fits: (line: AuditLine) => boolean;
}

export interface AuditPage {
  readonly lines: readonly AuditLine[];
  readonly hasMore: boolean;
}

/** What cannot be read as a line is passed over. @throws StorageError */
export async function readAuditPage(folder: string, fs: AuditReadFiles, query: AuditQuery): Promise<AuditPage> {
  const lines: AuditLine[] = [];
  const files = (await auditFiles(folder, fs)).toReversed();
  for (const name of files) {
    const bytes = await readAuditFile(folder, name, fs);
    for (const raw of linesOf(bytes ?? NOTHING).toReversed()) {
      const line = readLine(raw);
      if (!line || !isShown(line, query)) continue;
      if (lines.length === query.limit) return { lines, hasMore: true };
      lines.push(line);
    }
  }
  return { lines, hasMore: false };
}

const NOTHING = new Uint8Array();

const isShown = (line: AuditLine, { before, unended, fits }: AuditQuery): boolean =>
  (before === null || line.seq < before) && (line.phase !== 'begun' || unended.has(line.id)) && fits(line);
