/** Requests and replies about the clients' keys. */
import { z } from 'zod';
import { instantSchema, listOf, nameSchema, optionalInstantSchema, sentInstantSchema } from './common.ts';

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters, to recognise it by. */
  prefix: z.string(),
  role: z.enum(['user', 'admin']),
  enabled: z.boolean(),
  expires_at: optionalInstantSchema,
  created_at: instantSchema,
  last_used_at: optionalInstantSchema,
});
export type KeyView = z.infer<typeof keySchema>;

export const keyListSchema = listOf(keySchema);

export const createKeySchema = z.strictObject({
  name: nameSchema,
  role: z.enum(['user', 'admin']).default('user'),
  expires_at: sentInstantSchema.nullish(),
});

/** The only reply that holds the key itself. */
export const createdKeySchema = keySchema.extend({ key: z.string() });

export const updateKeySchema = z.strictObject({
  name: nameSchema.optional(),
  enabled: z.boolean().optional(),
  expires_at: sentInstantSchema.nullish(),
});
