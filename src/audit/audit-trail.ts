/**
 * Who did what, when, and from where: on record before it is done.
 *
 * A change is announced by a line that is on the disk before anything is touched, and refused when that cannot be; a second line, written
 * before the change is acknowledged, says what came of it. So there may be a line without a change, never a change without a line.
 */
import type { Now } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';
import { redact } from '../observability/redact.ts';
import { BROKEN_CHAIN, TORN_LINE } from '../storage/audit/audit-chain.ts';
import { verifyAuditLog } from '../storage/audit/audit-files.ts';
import { type AuditFileSystem, AuditLog } from '../storage/audit/audit-log.ts';
import type { AuditActor, AuditChange, AuditRecord, AuditTarget } from '../storage/audit/audit-record.ts';

export interface AuditedAct {
  readonly action: string;
  readonly actor: AuditActor;
  /** Where it came from; null for this machine's own. */
  readonly address?: string | null;
  readonly requestId?: string | null;
  readonly target?: AuditTarget | null;
}

export interface ActEnd {
  readonly outcome: AuditRecord['outcome'];
  readonly status?: number | null;
  /** What it concerned, where that was not known at the beginning. */
  readonly target?: AuditTarget | null;
  readonly changes?: readonly AuditChange[];
}

export interface BegunAct {
  /** Resolves when the end is on the disk, or waits in memory for a disk that refuses it. */
  end(end: ActEnd): Promise<void>;
}

export interface AuditTrail {
  /** @throws StorageError when the disk refuses the line: nothing may be changed then */
  begin(act: AuditedAct): Promise<BegunAct>;
  /** For what is no change of ours, or is decided elsewhere. Resolves as `end` does. */
  note(act: AuditedAct & Partial<ActEnd>): Promise<void>;
  /** The disk refuses lines. */
  failing(): boolean;
  /** Where the files lie. */
  readonly folder: string;
  /** Brings to the disk what waits. */
  close(): Promise<void>;
}

export interface AuditTrailDeps {
  readonly fs: AuditFileSystem;
  readonly now: Now;
  readonly newId: (prefix: 'aud') => string;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

export const SERVER: AuditActor = { kind: 'server', name: 'headgate', key_id: null };
export const COMMAND_LINE: AuditActor = { kind: 'command_line', name: 'command line', key_id: null };
export const CONFIGURATION: AuditActor = { kind: 'configuration', name: 'configuration', key_id: null };

/** More than so many changes of one act are only counted. */
const MAX_CHANGES = 200;

/** The caller holds the folder's lock. @throws StorageError when the files that are there cannot be read */
export async function openAuditTrail(folder: string, deps: AuditTrailDeps): Promise<AuditTrail> {
  const { fs, log, onStorage } = deps;
  const found = await verifyAuditLog(folder, fs);
  const file = new AuditLog(folder, found, {
    fs,
    onOutcome: onStorage,
    onWarning: (message) => log.error(message),
    // The last resort: whoever collects the log still has it.
    onLost: (record) => log.error('a line of the audit log is lost', { line: record }),
  });
  const keep = (record: AuditRecord): Promise<void> => file.append(record).catch(() => undefined);
  const trail: AuditTrail = {
    folder,
    async begin(act) {
      const id = deps.newId('aud');
      const record = recordOf({ ...act, outcome: 'unknown' }, id, deps);
      const end = (last: ActEnd) => keep({ ...recordOf({ ...act, ...last }, id, deps), phase: 'ended' });
      try {
        await file.append({ ...record, phase: 'begun' });
      } catch (error) {
        void end({ outcome: 'failed' });
        throw error;
      }
      return { end };
    },
    note: (act) => keep({ ...recordOf({ outcome: 'done', ...act }, deps.newId('aud'), deps), phase: 'noted' }),
    failing: () => file.failing,
    close: () => file.close(),
  };
  if (found.endsTorn) {
    log.error('the last line of the audit log was cut off; the log goes on behind it');
    await trail.note({ action: TORN_LINE, actor: SERVER });
  }
  if (found.faults.length !== found.toldFaults && found.faults.length > 0) {
    log.error('the audit log is not as it was written; it goes on', { faults: found.faults.length, first: found.faults[0] });
    const faults = { field: 'faults', before: null, after: found.faults.length };
    await trail.note({ action: BROKEN_CHAIN, actor: SERVER, changes: [faults] });
  }
  return trail;
}

function recordOf(act: AuditedAct & ActEnd, id: string, { now }: AuditTrailDeps): Omit<AuditRecord, 'phase'> {
  const { actor, action, address = null, requestId = null, target = null, outcome, status = null, changes = [] } = act;
  const left = changes.length - MAX_CHANGES;
  const told = left > 0 ? [...changes.slice(0, MAX_CHANGES), { field: 'more', before: null, after: left }] : changes;
  const record = {
    id,
    at: new Date(now()).toISOString(),
    actor,
    address,
    request_id: requestId,
    action,
    target,
    outcome,
    status,
  };
  // Names are what people typed, and people paste keys into the wrong field.
  return { ...(redact(record) as typeof record), changes: told.map((change) => redact(change) as AuditChange) };
}
