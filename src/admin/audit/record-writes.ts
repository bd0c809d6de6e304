/** Puts every write on record: its beginning before it is handled, its end before it is answered. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { AuditChange, AuditTarget } from '../../storage/audit/audit-record.ts';
import { actorOf, isWrite } from '../authorize-admin.ts';
import { requestIdOf } from '../request-id.ts';
import { type AuditFacts, type AuditSnapshot, changesOf, settingChanges, snapshotOf, targetOf } from './audit-changes.ts';
import { type FoundWrite, findWrite } from './audited-writes.ts';

export interface RecordWritesDeps extends AuditFacts {
  readonly audit: Pick<AuditTrail, 'begin'>;
}

/** A write that changes a thing although its reply does not name it says so here. */
export function noteConcerned(res: Response, id: string): void {
  res.locals['concerned'] = id;
}

/** More about what was done than the state of things tells. */
export function noteChange(res: Response, change: AuditChange): void {
  res.locals['changes'] = [...notedChanges(res), change];
}

const notedChanges = (res: Response): readonly AuditChange[] => (res.locals['changes'] as AuditChange[] | undefined) ?? [];

/** Behind the authorization. Where the disk refuses the beginning, the write is not handled. */
export function recordWrites(deps: RecordWritesDeps): RequestHandler {
  return async (req, res, next) => {
    if (!isWrite(req)) return next();
    const write = findWrite(req.method, req.path);
    const before = snapshotOf(deps, write.about === 'session' ? write.id : null);
    const actor = actorOf(res);
    const target = write.about !== null && write.id !== null ? targetOf(write.about, write.id, before) : null;
    const place = { address: req.ip ?? null, requestId: requestIdOf(res) };
    const begun = await deps.audit.begin({ action: write.action, actor, ...place, target });
    let reply: unknown;
    const json = res.json.bind(res);
    res.json = (body) => {
      reply = body;
      return json(body);
    };
    beforeEnd(res, () => {
      const { statusCode: status } = res;
      const outcome = status < 400 ? 'done' : status < 500 ? 'refused' : 'failed';
      const after = snapshotOf(deps, write.about === 'session' ? write.id : null);
      return begun.end({ outcome, status, ...tellChanges({ write, req, res, reply, before, after }) });
    });
    next();
  };
}

/** Holds the end of the reply back until `work` is done. */
function beforeEnd(res: Response, work: () => Promise<void>): void {
  const end = res.end.bind(res) as (...rest: unknown[]) => Response;
  let isEnding = false;
  res.end = ((...rest: unknown[]) => {
    if (isEnding) return res;
    isEnding = true;
    void work().finally(() => end(...rest));
    return res;
  }) as Response['end'];
}

interface Told {
  readonly write: FoundWrite;
  readonly req: Request;
  readonly res: Response;
  readonly reply: unknown;
  readonly before: AuditSnapshot;
  readonly after: AuditSnapshot;
}

function tellChanges({ write: { about, id, setsSettings }, req, res, reply, before, after }: Told): {
  readonly target?: AuditTarget;
  readonly changes: readonly AuditChange[];
} {
  const ids = id === null ? idsIn(res, reply) : [id];
  const only = req.method === 'PATCH' || req.method === 'PUT' ? fieldsOf(req.body) : null;
  const changes = about === null ? [] : ids.flatMap((each) => changesOf({ kind: about, id: each, only }, before, after));
  const settings = setsSettings ? settingChanges(before.config, after.config) : [];
  const [first] = ids;
  return {
    ...(about !== null && first !== undefined && ids.length === 1 ? { target: targetOf(about, first, after, before) } : {}),
    changes: [...changes, ...settings, ...notedChanges(res)],
  };
}

/** So that what traffic does to an account meanwhile is not put down to who edits its name. */
const fieldsOf = (body: unknown): ReadonlySet<string> =>
  new Set(Object.keys(body ?? {}).map((field) => (SECRET_FIELDS.has(field) ? 'credential' : field)));
const SECRET_FIELDS = new Set(['api_key', 'access_token']);

const thing = z.object({ id: z.string() });
const replySchema = z.union([
  z.object({ account: thing }).transform(({ account }) => [account.id]),
  z.object({ data: z.array(z.object({ account: thing })) }).transform(({ data }) => data.map(({ account }) => account.id)),
  thing.transform(({ id }) => [id]),
]);

function idsIn(res: Response, reply: unknown): readonly string[] {
  const concerned = res.locals['concerned'] as string | undefined;
  return concerned === undefined ? (replySchema.safeParse(reply).data ?? []) : [concerned];
}
