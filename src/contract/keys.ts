/** Requests and replies about the clients' keys. */
import { z } from 'zod';
import { instantSchema, listOf, nameSchema, optionalInstantSchema, sentInstantSchema } from './common.ts';

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('The first characters, to recognise it by.'),
  role: z.enum(['user', 'admin']),
  enabled: z.boolean(),
  expires_at: optionalInstantSchema,
  created_at: instantSchema,
  last_used_at: optionalInstantSchema,
  former_key_valid_until: optionalInstantSchema.describe(
    'Until when the secret from before the last rotation still works; null when it does not.',
  ),
  revision: z.number().int().positive().describe("Grows by one with every change that a person makes; also the reply's `ETag`."),
  read_only: z.boolean().describe('Declared in the configuration, and changed only there.'),
});
export type KeyView = z.infer<typeof keySchema>;

export const keyListSchema = listOf(keySchema);

export const keySort = { fields: ['created_at', 'name', 'last_used_at'], standard: 'created_at' } as const;

/** Beside `limit`, `cursor` and `sort`. */
export const keyFilterSchema = z.strictObject({
  role: z.enum(['user', 'admin']).optional(),
  enabled: z.enum(['true', 'false']).optional(),
});

export const createKeySchema = z.strictObject({
  name: nameSchema,
  role: z.enum(['user', 'admin']).default('user'),
  expires_at: sentInstantSchema.nullish(),
});

/** The only replies that hold the key itself: to making it, and to giving it a new secret. */
export const createdKeySchema = keySchema.extend({ key: z.string() });

export const updateKeySchema = z.strictObject({
  name: nameSchema.optional(),
  enabled: z.boolean().optional(),
  expires_at: sentInstantSchema.nullish(),
});

const MAX_GRACE_SECONDS = 7 * 86_400;

/** How long the former secret goes on working beside the new one; without a word, not at all. */
export const rotateKeySchema = z.strictObject({
  grace_period_seconds: z.number().int().min(0).max(MAX_GRACE_SECONDS).default(0),
});
