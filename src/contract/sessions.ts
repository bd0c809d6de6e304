/** Replies about the clients that use the server. A client is an API key together with an address and a user agent. */
import { z } from 'zod';
import { instantSchema, listOf, namedSchema, optionalInstantSchema } from './common.ts';

export const clientSessionSchema = z.object({
  id: z.string(),
  /** Null where no key was asked for. */
  key: namedSchema.nullable(),
  address: z.string(),
  user_agent: z.string(),
  first_seen_at: instantSchema,
  last_seen_at: instantSchema,
  /** When it is forgotten, if nothing more is heard of it. */
  expires_at: instantSchema,
  /** A person revoked it: it is refused before this instant. */
  revoked_until: optionalInstantSchema,
  /** Its requests that have not ended, the oldest first. */
  running: z.array(
    z.object({
      request_id: z.string(),
      started_at: instantSchema,
      /** The account that it is on now; null while it has none. */
      account: namedSchema.nullable(),
      method: z.string(),
      path: z.string(),
      model: z.string().nullable(),
      /** Of the request's body, once it is complete. */
      bytes_received: z.number().nonnegative(),
      /** Of the reply, its head included. */
      bytes_sent: z.number().nonnegative(),
    }),
  ),
});
export type ClientSessionView = z.infer<typeof clientSessionSchema>;

export const clientSessionListSchema = listOf(clientSessionSchema);

/** Beside `limit` and `cursor`. */
export const clientSessionFilterSchema = z.strictObject({ key_id: z.string().min(1).max(100).optional() });
