/** Replies about the clients that use the server. A client is an API key together with an address and a user agent. */
import { z } from 'zod';
import { instantSchema, listOf, namedSchema, optionalInstantSchema } from './common.ts';

export const clientSessionSchema = z.object({
  id: z.string(),
  key: namedSchema.nullable().describe('Null where no key was asked for.'),
  address: z.string(),
  user_agent: z.string(),
  first_seen_at: instantSchema,
  last_seen_at: instantSchema,
  expires_at: instantSchema.describe('When it is forgotten, if nothing more is heard of it.'),
  revoked_until: optionalInstantSchema.describe('A person revoked it: it is refused before this instant.'),
  running: z
    .array(
      z.object({
        request_id: z.string(),
        started_at: instantSchema,
        account: namedSchema.nullable().describe('The account that it is on now; null while it has none.'),
        method: z.string(),
        path: z.string(),
        model: z.string().nullable(),
        bytes_received: z.number().nonnegative().describe("Of the request's body, once it is complete."),
        bytes_sent: z.number().nonnegative().describe('Of the reply, its head included.'),
      }),
    )
    .describe('Its requests that have not ended, the oldest first.'),
});
export type ClientSessionView = z.infer<typeof clientSessionSchema>;

export const clientSessionListSchema = listOf(clientSessionSchema);

export const clientSessionSort = { fields: ['last_seen_at', 'first_seen_at', 'running'], standard: '-last_seen_at' } as const;

/** Beside `limit` and `cursor`. */
export const clientSessionFilterSchema = z.strictObject({ key_id: z.string().min(1).max(100).optional() });
