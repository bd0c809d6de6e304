/** Replies about the requests that were served. */
import { z } from 'zod';
import { instantSchema, listOf, namedSchema } from './common.ts';

const outcomeSchema = z.enum(['relayed', 'refused', 'client_gone', 'cut']);

export const requestSchema = z.object({
  id: z.string(),
  started_at: instantSchema,
  /** Null where no key was asked for, or none was right. */
  key: namedSchema.nullable(),
  /** The account of the last attempt; null when there was none. */
  account: namedSchema.nullable(),
  method: z.string(),
  /** Without query. */
  path: z.string(),
  model: z.string().nullable(),
  /** What the client saw; 499 when it left first. */
  status: z.number(),
  /** `refused`: Headgate answered with an error of its own. `cut`: the upstream broke off after its reply had begun. */
  outcome: outcomeSchema,
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
  /** Why this account. */
  chosen_by: z.enum(['rotation', 'affinity', 'failover', 'retry', 'renewed', 'owner']),
  /** The first accounts that were looked at, in the order of looking; empty where the account was given. */
  candidates: z.array(
    z.object({
      account: namedSchema,
      /** What removed it; null: nothing. */
      excluded: exclusionSchema.nullable(),
      /** The policy's, the larger the better; null where the policy knows no preference. */
      score: z.number().nullable(),
    }),
  ),
  /** The row of the reply table that judged the attempt. */
  row: z.number().nullable(),
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
  /** The policy that was in force. */
  policy: z.string(),
  /** Did the request belong to a conversation that has, or got, an account of its own? */
  has_conversation: z.boolean(),
  waited_for_account: z.boolean(),
  status: z.number(),
  outcome: outcomeSchema,
  error_type: z.string().nullable(),
  attempts: z.array(attemptSchema),
  duration_ms: z.number(),
});
