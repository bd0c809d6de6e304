/** Accounts and API keys that are declared in the configuration. Their secrets stand elsewhere: an entry only says where. */
import { z } from 'zod';
import { nameKey } from '../core/name-key.ts';

/** `env:NAME` or `file:PATH`. */
const reference = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]{0,199}|file:[^\0]{1,1024})$/,
    'must be env:NAME or file:PATH; a secret itself may not stand here',
  );
const name = z.string().regex(/^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,100}(?<! )$/u, 'must be 1 to 100 printable characters');

/** Which account; exactly one of the two secrets says of which kind it is. */
const declaredAccount = z
  .strictObject({
    name,
    api_key: reference.optional(),
    access_token: reference.optional(),
    priority: z.int().min(-1000).max(1000).default(0),
    max_concurrency: z.int().min(1).max(10_000).nullable().default(null),
    max_utilization: z.number().min(0.01).max(1).nullable().default(null),
    allow_overage: z.boolean().nullable().default(null),
  })
  .refine(
    (entry) => (entry.api_key === undefined) !== (entry.access_token === undefined),
    'needs either api_key or access_token',
  );
export type DeclaredAccount = Readonly<z.output<typeof declaredAccount>>;

const declaredKey = z.strictObject({ name, key: reference, role: z.enum(['user', 'admin']).default('user') });

/** Names tell entries apart: over a reload, an entry of the same name is the same entry. */
const named = <T extends z.ZodType<{ readonly name: string }>>(entry: T, most: number) =>
  z
    .array(entry)
    .max(most)
    .refine((entries) => new Set(entries.map((each) => nameKey(each.name))).size === entries.length, {
      error: 'must have different names',
    });

export const declaredAccounts = named(declaredAccount, 200);
export const declaredKeys = named(declaredKey, 1000);

/** Where the entry's secret stands. */
export const secretOf = (entry: DeclaredAccount): string => entry.api_key ?? entry.access_token ?? '';
