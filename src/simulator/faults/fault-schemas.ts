/** Faults as plain data: what can be scripted, by a test, over the control surface, or in a file. */
import { z } from 'zod';
import { actionSchema } from './catalogue.ts';

export const faultSchema = z.strictObject({
  action: actionSchema,
  times: z
    .number()
    .int()
    .positive()
    .nullable()
    .optional()
    .describe(
      'how often it strikes; null: until it is cleared. Without it once, or, with `forSeconds` or `probability`, without end',
    ),
  forSeconds: z.number().positive().optional().describe('how long it may strike, from the moment at which it is scripted'),
  probability: z.number().gt(0).max(1).default(1).describe('how likely it strikes a request that it fits; the seed decides'),
  path: z.string().default('/v1/messages').describe('only requests whose path contains this'),
  model: z.string().default('').describe('only requests for models whose id contains this'),
});

/** What the token endpoint can do, by name. */
export const TOKEN_FAULTS = {
  hang: 'no answer until it is released; decided only then',
  hang_after: 'decided and committed; the answer is held until it is released',
  reset_before: 'resets the connection; nothing is decided',
  reset_after: 'resets the connection; the server has rotated, and its answer is lost',
  delay: 'waits `ms`, then answers well',
  status: 'answers with `status`, `headers` and `body`; without a body with an error of the API',
  no_token_type: 'leaves `token_type` out of a good answer',
  no_refresh_token: 'leaves `refresh_token` out of a good answer',
  no_expires_in: 'leaves `expires_in` out of a good answer',
  bad_json: '200, and JSON that ends in the middle; the server has rotated',
  other_credentials: '401 with `www-authenticate`',
} as const;

type TokenFaultKind = keyof typeof TOKEN_FAULTS;

export const tokenFaultSchema = z.strictObject({
  kind: z.enum(Object.keys(TOKEN_FAULTS) as [TokenFaultKind, ...TokenFaultKind[]]),
  times: z.number().int().positive().nullable().default(1).describe('how often; null: until it is cleared'),
  status: z.number().int().min(200).max(999).default(500),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  ms: z.number().nonnegative().max(3_600_000).default(0),
  account: z.string().optional().describe('only requests with this account’s token or code; absent: any'),
  grant: z.string().optional().describe('only this `grant_type`; absent: any'),
});
