/** What one line of the audit log says. Plain data without a secret; whoever makes it sees to that. */
import { z } from 'zod';

const actorSchema = z.object({
  kind: z.enum(['admin_key', 'api_key', 'session', 'command_line', 'configuration', 'server', 'nobody']),
  /** For people: `admin key`, `key laptop`, `session of key laptop`. */
  name: z.string(),
  /** Of the API key that was shown, or that opened the session; null where there was none. */
  key_id: z.string().nullable(),
});
export type AuditActor = Readonly<z.infer<typeof actorSchema>>;

const targetSchema = z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() });
export type AuditTarget = Readonly<z.infer<typeof targetSchema>>;

const changeSchema = z.object({ field: z.string(), before: z.json(), after: z.json() });
export type AuditChange = Readonly<z.infer<typeof changeSchema>>;

export const auditRecordSchema = z.object({
  /** The same in both lines of one action. */
  id: z.string(),
  /**
   * `begun` is on the disk before anything is changed, `ended` before the change is acknowledged; `noted` is all there is of what changes
   * nothing by itself, or was decided elsewhere.
   */
  phase: z.enum(['begun', 'ended', 'noted']),
  at: z.string(),
  actor: actorSchema,
  /** The address that the action came from; null for this machine's own. */
  address: z.string().nullable(),
  request_id: z.string().nullable(),
  action: z.string(),
  target: targetSchema.nullable(),
  outcome: z.enum(['done', 'refused', 'failed', 'unknown']),
  /** Of the HTTP reply; null where there is none. */
  status: z.int().nullable(),
  changes: z.array(changeSchema),
});
export type AuditRecord = Readonly<z.infer<typeof auditRecordSchema>>;
