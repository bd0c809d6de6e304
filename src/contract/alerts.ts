/** What somebody should see to. */
import { z } from 'zod';
import { instantSchema, namedSchema } from './common.ts';

export const alertSchema = z.object({
  /** The same for as long as the cause is the same. */
  id: z.string(),
  code: z.enum([
    'account_invalid',
    'login_expires_soon',
    'oauth_configuration_refused',
    'storage_failing',
    'configuration_refused',
  ]),
  /** In plain words, with the remedy. */
  message: z.string(),
  since: instantSchema,
  /** Null when it is about no single account. */
  account: namedSchema.nullable(),
});
export type AlertView = z.infer<typeof alertSchema>;
