/** What somebody should see to. */
import { z } from 'zod';
import { instantSchema, namedSchema } from './common.ts';

export const alertSchema = z.object({
  id: z.string().describe('The same for as long as the cause is the same.'),
  code: z.enum([
    'account_invalid',
    'login_expires_soon',
    'oauth_configuration_refused',
    'storage_failing',
    'configuration_refused',
  ]),
  message: z.string().describe('In plain words, with the remedy.'),
  since: instantSchema,
  account: namedSchema.nullable().describe('Null when it is about no single account.'),
});
export type AlertView = z.infer<typeof alertSchema>;
