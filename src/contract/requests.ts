/** Replies about the requests that were served. */
import { z } from 'zod';
import { instantSchema, listOf, namedSchema } from './common.ts';

const outcomeSchema = z.enum(['relayed', 'refused', 'client_gone', 'cut']);

export const requestSchema = z.object({
  id: z.string(),
  started_at: instantSchema,
  key: namedSchema.nullable().describe('Null where no key was asked for, or none was right.'),
  account: namedSchema.nullable().describe('The account of the last attempt; null when there was none.'),
  method: z.string(),
  path: z.string().describe('Without query.'),
  model: z.string().nullable(),
  status: z.number().describe('What the client saw; 499 when it left first.'),
  outcome: outcomeSchema.describe(
    '`refused`: Headgate answered with an error of its own. `cut`: the upstream broke off after its reply had begun.',
  ),
  error_type: z.string().nullable(),
  attempts: z.number().int().nonnegative(),
  streamed: z.boolean(),
  duration_ms: z.number(),
  first_byte_ms: z.number().nullable(),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      cache_read_tokens: z.number(),
      cache_creation_tokens: z.number(),
    })
    .nullable(),
});
export type RequestView = z.infer<typeof requestSchema>;

export const requestListSchema = listOf(requestSchema);

/** In the order in which they ended, which is the one in which they come to be known. */
export const requestSort = { fields: ['ended_at', 'started_at', 'duration_ms'], standard: '-ended_at' } as const;

/** Beside `limit` and `cursor`. An account counts for a request when any attempt was made on it. */
export const requestFilterSchema = z.strictObject({
  account_id: z.string().min(1).max(100).optional(),
  key_id: z.string().min(1).max(100).optional(),
  outcome: outcomeSchema.optional(),
});

const exclusionSchema = z.enum([
  'inactive',
  'invalid',
  'rate_limited',
  'not_the_owner',
  'tried',
  'other_kind',
  'family_benched',
  'busy',
  'on_probation',
  'over_share',
]);

const attemptSchema = z.object({
  account: namedSchema,
  chosen_by: z.enum(['rotation', 'affinity', 'failover', 'retry', 'renewed', 'owner']).describe('Why this account.'),
  candidates: z
    .array(
      z.object({
        account: namedSchema,
        excluded: exclusionSchema.nullable().describe('What removed it; null: nothing.'),
        score: z.number().nullable().describe("The policy's, the larger the better; null where the policy knows no preference."),
      }),
    )
    .describe('The first accounts that were looked at, in the order of looking; empty where the account was given.'),
  row: z.number().nullable().describe('The row of the reply table that judged the attempt.'),
  status: z.number().nullable(),
  upstream_request_id: z.string().nullable(),
  may_be_billed: z.boolean(),
  started_at: instantSchema,
  duration_ms: z.number(),
});

export const requestWhySchema = z.object({
  id: z.string(),
  correlation_id: z.string().nullable(),
  started_at: instantSchema,
  method: z.string(),
  path: z.string(),
  model: z.string().nullable(),
  policy: z.string().describe('The policy that was in force.'),
  has_conversation: z.boolean().describe('Did the request belong to a conversation that has, or got, an account of its own?'),
  waited_for_account: z.boolean(),
  status: z.number(),
  outcome: outcomeSchema,
  error_type: z.string().nullable(),
  attempts: z.array(attemptSchema),
  duration_ms: z.number(),
});
