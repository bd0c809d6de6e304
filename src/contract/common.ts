/** Shapes that every part of the administration API shares. The dashboard and the command line parse replies with the same schemas. */
import { z } from 'zod';

/** An instant as RFC 3339 in UTC. */
export const instantSchema = z.iso.datetime();
export const optionalInstantSchema = instantSchema.nullable();

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });

/** `?limit=&cursor=&sort=` of every list; `sort` takes a field, with `-` in front for descending. */
export const listQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  sort: z.string().max(50).optional(),
});
export type ListQuery = z.output<typeof listQuerySchema>;

export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');
/** Printable ASCII without spaces, as a header can carry it. */
export const secretSchema = z.string().regex(/^[\x21-\x7e]{8,4096}$/, 'must be 8 to 4096 printable characters without spaces');

export const errorSchema = z.object({
  type: z.literal('error'),
  error: z.object({
    type: z.string(),
    message: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
  request_id: z.string(),
});
