/** Requests and replies about accounts that move between instances, sealed by a passphrase. */
import { z } from 'zod';
import { accountSchema } from './accounts.ts';

const passphraseSchema = z.string().min(12, 'must have at least 12 characters').max(1024);

export const exportAccountsSchema = z.strictObject({
  passphrase: passphraseSchema,
  account_ids: z.array(z.string().max(100)).min(1).max(1000).optional().describe('All of them when this is left out.'),
});

export const exportedAccountsSchema = z.object({ archive: z.string(), accounts: z.number().int() });

export const importAccountsSchema = z.strictObject({
  archive: z
    .string()
    .min(1)
    .max(256 * 1024),
  passphrase: z.string().min(1).max(1024),
});

export const importedAccountsSchema = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      result: z
        .enum(['imported', 'exists'])
        .describe('`exists`: an account of the same identity is here already and was left alone.'),
      account: accountSchema,
    }),
  ),
});
