/**
 * Logins that failed, on record without letting strangers push out everything else: so many an hour have a line of their own, the others
 * are counted, and their number gets a line.
 */
import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { DurationMs, Now } from '../../core/time.ts';
import { NOBODY } from '../authorize-admin.ts';

export interface FailedLogins {
  note(from: { readonly address: string | null; readonly requestId: string }): void;
  /** Puts on record what was only counted so far. */
  flush(): Promise<void>;
}

const HOUR_MS: DurationMs = 3_600_000;
const LINES_PER_HOUR = 100;
const ACTION = 'login.failed';

export function createFailedLogins({
  audit,
  now,
}: {
  readonly audit: Pick<AuditTrail, 'note'>;
  readonly now: Now;
}): FailedLogins {
  let hour = { since: Number.NEGATIVE_INFINITY, lines: 0 };
  let counted = 0;
  const flush = async (): Promise<void> => {
    if (counted === 0) return;
    const more = { field: 'more', before: null, after: counted };
    counted = 0;
    await audit.note({ action: ACTION, actor: NOBODY, outcome: 'refused', status: 401, changes: [more] });
  };
  return {
    note(from) {
      if (Math.abs(now() - hour.since) >= HOUR_MS) {
        void flush();
        hour = { since: now(), lines: 0 };
      }
      if (hour.lines >= LINES_PER_HOUR) counted += 1;
      else {
        hour.lines += 1;
        void audit.note({ action: ACTION, actor: NOBODY, ...from, outcome: 'refused', status: 401 });
      }
    },
    flush,
  };
}
