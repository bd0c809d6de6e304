/** Who changed what, when and from where. */
import { z } from 'zod';
import { instantSchema, listOf, type Sort, sentInstantSchema } from './common.ts';

const auditEntrySchema = z.object({
  id: z.string(),
  at: instantSchema,
  actor: z.object({
    kind: z
      .enum(['admin_key', 'api_key', 'session', 'command_line', 'configuration', 'server', 'nobody'])
      .describe('`nobody`: who tried to sign in and could not. `server`: Headgate itself.'),
    name: z.string(),
    key_id: z.string().nullable().describe('The API key that was shown, or that opened the session.'),
  }),
  address: z.string().nullable().describe('Null for what happened on this machine without a request.'),
  request_id: z.string().nullable(),
  action: z.string().describe('`account.update`, `key.create`, `login.failed`, …'),
  target: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }).nullable(),
  outcome: z
    .enum(['done', 'refused', 'failed', 'unknown'])
    .describe('`unknown`: it began, and the process or the disk failed before its end was on record; it may have been done.'),
  status: z.number().int().nullable().describe('Of the HTTP reply.'),
  changes: z
    .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
    .describe('Secrets show as `(secret)`.'),
});
export type AuditEntryView = z.infer<typeof auditEntrySchema>;

const auditChainSchema = z.object({
  whole: z.boolean().describe('No line was changed, taken out or put in, as far as the files that are kept can tell.'),
  lines: z.number().int(),
  first: z.number().int().nullable().describe('Number of the oldest line that is kept.'),
  last: z.number().int().nullable().describe('Number of the newest line.'),
  head: z
    .string()
    .nullable()
    .describe('The SHA-256 of the newest line: kept elsewhere, it proves later that everything up to it is still there.'),
  torn: z.number().int().describe('Lines that a crash cut off; a line behind each says so.'),
  faults: z.array(z.object({ file: z.string(), line: z.number().int(), what: z.enum(['chain', 'number', 'unreadable']) })),
});

export const auditListSchema = listOf(auditEntrySchema).extend({ chain: auditChainSchema });

/** The newest comes first always. */
export const auditSort = { fields: [], standard: '-at' } as const satisfies Sort;

/** Beside `limit` and `cursor`; each narrows. */
export const auditFilterSchema = z.strictObject({
  actor: z.string().min(1).max(200).optional().describe('Kind, name or key id of who acted.'),
  action: z.string().min(1).max(100).optional().describe('An action, or what stands before the point in it.'),
  target: z.string().min(1).max(200).optional().describe('Kind, id or name of what it was about.'),
  from: sentInstantSchema.optional().describe('Not before.'),
  to: sentInstantSchema.optional().describe('Before.'),
});
