/** The audit log as it is read: newest first, with a word on whether it is whole. */
import { Router } from 'express';
import { z } from 'zod';
import type { AuditTrail } from '../../audit/audit-trail.ts';
import { type AuditEntryView, auditFilterSchema, auditListSchema, auditSort } from '../../contract/audit.ts';
import { listQuerySchema } from '../../contract/common.ts';
import type { AuditLine } from '../../storage/audit/audit-chain.ts';
import { type AuditReadFiles, verifyAuditLog } from '../../storage/audit/audit-files.ts';
import { readAuditPage } from '../../storage/audit/audit-pages.ts';
import { invalidField, onlyMethods, parse } from '../admin-error.ts';
import { takeFilters } from '../list-page.ts';

export interface AuditRoutesDeps {
  readonly audit: Pick<AuditTrail, 'folder'>;
  /** How the files are read. */
  readonly auditFiles: AuditReadFiles;
}

const pageSchema = listQuerySchema.extend({ sort: z.enum([auditSort.standard]).optional() });

export function createAuditRoutes({ audit: { folder }, auditFiles: fs }: AuditRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/audit', async (req, res) => {
    const { filters, rest } = takeFilters(auditFilterSchema, req.query);
    const { limit, cursor } = parse(pageSchema, rest);
    const before = cursor === undefined ? null : readCursor(cursor);
    const { unended, isWhole, lines, first, last, head, torn, faults } = await verifyAuditLog(folder, fs);
    const page = await readAuditPage(folder, fs, { before, limit, unended, fits: (line) => fits(line, filters) });
    const end = page.lines.at(-1);
    res.json(
      auditListSchema.parse({
        data: page.lines.map(entryOf),
        has_more: page.hasMore,
        next_cursor: page.hasMore && end ? String(end.seq) : null,
        chain: { whole: isWhole, lines, first, last, head, torn, faults: faults.slice(0, MAX_FAULTS) },
      }),
    );
  });
  router.all('/audit', onlyMethods('GET'));
  return router;
}

const MAX_FAULTS = 20;

function readCursor(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalidField('cursor', 'is not one that this list gave out');
  return Number(text);
}

function fits(line: AuditLine, { actor, action, target, from, to }: z.output<typeof auditFilterSchema>): boolean {
  const { kind, name, key_id } = line.actor;
  const at = Date.parse(line.at);
  return (
    (actor === undefined || [kind, name, key_id].includes(actor)) &&
    (action === undefined || line.action === action || line.action.startsWith(`${action}.`)) &&
    (target === undefined || [line.target?.kind, line.target?.id, line.target?.name].includes(target)) &&
    (from === undefined || at >= Date.parse(from)) &&
    (to === undefined || at < Date.parse(to))
  );
}

const entryOf = ({
  id,
  at,
  actor,
  address,
  request_id,
  action,
  target,
  outcome,
  status,
  changes,
}: AuditLine): AuditEntryView => ({
  ...{ id, at, actor, address, request_id, action, target, outcome, status },
  changes: [...changes],
});
