/** Shapes that every part of the administration API shares. The dashboard and the command line parse replies with the same schemas. */
import { z } from 'zod';

/** An instant as RFC 3339 in UTC. */
export const instantSchema = z.iso.datetime();
export const optionalInstantSchema = instantSchema.nullable();
/** An instant as people and programs send it: any offset will do. */
export const sentInstantSchema = z.iso.datetime({
  offset: true,
  error: 'must be an instant with its zone, such as 2027-01-31T23:59:59Z, in a year of four digits',
});

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });

/** How many items one page of a list holds. */
export const LIST_LIMIT = { default: 50, max: 200 } as const;

/** By which fields a list can be sorted, and its order when nobody asks; `-` in front for descending. */
export interface Sort<F extends string = string> {
  readonly fields: readonly F[];
  readonly standard: F | `-${F}`;
}

/** `?limit=&cursor=&sort=` of every list; `sort` takes a field, with `-` in front for descending. */
export const listQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(LIST_LIMIT.max))
    .default(LIST_LIMIT.default),
  cursor: z.string().min(1).max(1000).optional(),
  sort: z.string().min(1).max(50).optional(),
});

/** A reference to an account or a key. */
export const namedSchema = z.object({ id: z.string(), name: z.string() });

export const nameSchema = z
  .string()
  .trim()
  // So that it looks the same to programs that compare it.
  .normalize('NFC')
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters');
/** Printable ASCII without spaces, as a header can carry it. */
export const secretSchema = z.string().regex(/^[\x21-\x7e]{8,4096}$/, 'must be 8 to 4096 printable characters without spaces');

export const errorSchema = z.object({
  type: z.literal('error'),
  error: z.object({
    type: z.string(),
    message: z.string(),
    fields: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What exactly is wrong with the request.'),
  }),
  request_id: z.string(),
});
