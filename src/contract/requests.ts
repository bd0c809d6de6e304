/** Replies about single requests. */
import { z } from 'zod';
import { instantSchema } from './common.ts';

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
  account: z.object({ id: z.string(), name: z.string() }),
  /** Why this account. */
  chosen_by: z.enum(['rotation', 'affinity', 'failover', 'retry', 'renewed', 'owner']),
  /** The first accounts that were looked at, in the order of looking; empty where the account was given. */
  candidates: z.array(
    z.object({
      account: z.object({ id: z.string(), name: z.string() }),
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
  outcome: z.enum(['relayed', 'refused', 'client_gone', 'cut']),
  error_type: z.string().nullable(),
  attempts: z.array(attemptSchema),
  duration_ms: z.number(),
});
