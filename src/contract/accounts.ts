/** Requests and replies about accounts. */
import { z } from 'zod';
import {
  instantSchema,
  listOf,
  listQuerySchema,
  namedSchema,
  nameSchema,
  optionalInstantSchema,
  secretSchema,
  sentInstantSchema,
} from './common.ts';

const statusSchema = z.enum(['active', 'inactive', 'rate_limited', 'invalid']);
const kindSchema = z.enum(['oauth', 'oauth_static', 'api_key']);

export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: kindSchema,
  status: statusSchema,
  status_reason: z.string().nullable().describe('In plain words; null while it serves.'),
  rate_limited_until: optionalInstantSchema,
  model_benches: z.array(z.object({ family: z.string(), until: instantSchema })),
  windows: z.array(
    z.object({
      name: z.string(),
      status: z.string().nullable(),
      utilization: z.number().nullable(),
      reset_at: optionalInstantSchema,
    }),
  ),
  expires_at: optionalInstantSchema,
  login_expires_at: optionalInstantSchema.describe(
    'When the account has to be authorized again; null for kinds without a login.',
  ),
  login_expires_estimated: z.boolean().describe('The authorization server did not say: counted from the authorization.'),
  authorized_at: optionalInstantSchema.describe(
    'When a person last gave it its credential; null when that was before anybody noted it.',
  ),
  last_refreshed_at: optionalInstantSchema,
  last_refresh_error: z.object({ at: instantSchema, message: z.string() }).nullable(),
  last_used_at: optionalInstantSchema,
  in_flight: z.number().int().nonnegative(),
  counters: z.object({
    requests: z.number(),
    failures: z.number(),
    input_tokens: z.number(),
    output_tokens: z.number(),
    cache_read_tokens: z.number(),
    cache_creation_tokens: z.number(),
  }),
  organization: z.object({ uuid: z.string().nullable(), name: z.string().nullable() }),
  email: z.string().nullable(),
  plan: z.string().nullable(),
  priority: z.number(),
  max_concurrency: z.number().nullable().describe("Of this account alone; null where the configuration's value counts."),
  max_utilization: z.number().nullable(),
  allow_overage: z.boolean().nullable(),
  revision: z
    .number()
    .int()
    .positive()
    .describe("Grows by one with everything that a person does to the account; also the reply's `ETag`."),
  read_only: z.boolean().describe('Declared in the configuration, and changed only there.'),
  created_at: instantSchema,
  updated_at: instantSchema,
});
export type AccountView = z.infer<typeof accountSchema>;

export const accountListSchema = listOf(accountSchema);

export const accountSort = { fields: ['created_at', 'name', 'status', 'priority'], standard: 'created_at' } as const;

/** Beside `limit`, `cursor` and `sort`. */
export const accountFilterSchema = z.strictObject({ status: statusSchema.optional(), kind: kindSchema.optional() });

/** A pasted code with its state, an API key, or a long-lived token. Without `kind` it is a code. */
export const createAccountSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ name: nameSchema, kind: z.literal('api_key'), api_key: secretSchema }),
    z.strictObject({
      name: nameSchema,
      kind: z.literal('oauth_static'),
      access_token: secretSchema,
      expires_at: sentInstantSchema.nullish(),
    }),
    z.strictObject({
      name: nameSchema.optional().describe("Only for an account that is new; without it the identity's email address is taken."),
      kind: z.literal('oauth').optional(),
      code: z
        .string()
        .min(1)
        .max(8192)
        .describe('The code, `code#state`, or the whole address of the page that the browser was sent back to.'),
      state: z.string().min(1).max(512).optional(),
    }),
  ],
  { error: 'must be oauth, oauth_static or api_key' },
);

export const createdAccountSchema = z.object({ result: z.enum(['created', 'reauthorized']), account: accountSchema });

export const updateAccountSchema = z.strictObject({
  name: nameSchema.optional(),
  status: z.enum(['active', 'inactive']).optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  max_concurrency: z.number().int().min(1).max(10_000).nullish().describe('Null gives the limit back to the configuration.'),
  max_utilization: z.number().min(0.01).max(1).nullish(),
  allow_overage: z.boolean().nullish(),
  api_key: secretSchema.optional(),
  access_token: secretSchema.optional(),
});

export const refreshResultSchema = z.object({
  result: z.enum(['refreshed', 'verified', 'failed']),
  message: z.string().nullable(),
  account: accountSchema,
});

/** Without a model only the credential is asked for, which costs nothing; with one, an answer of one token, which does. */
export const testAccountSchema = z.strictObject({ model: z.string().min(1).max(200).optional() });

export const testResultSchema = z.object({
  result: z.enum(['ok', 'failed']),
  status: z.number().nullable().describe("The upstream's; null when there was no answer, or nothing was sent."),
  error_type: z.string().nullable(),
  message: z.string(),
  model: z.string().nullable(),
  duration_ms: z.number().nonnegative(),
  account: accountSchema,
});

export const servingQuerySchema = z.strictObject({ model: z.string().min(1).max(200).optional() });

/** Can the account serve a request for the model now, and if not, why not? By the rules of selection. */
export const servingSchema = z.object({
  account_id: z.string(),
  at: instantSchema,
  can_serve: z.boolean(),
  model: z.string().nullable(),
  reasons: z
    .array(
      z.object({
        code: z.enum(['inactive', 'invalid', 'rate_limited', 'family_benched', 'busy', 'on_probation', 'over_share', 'no_token']),
        message: z.string(),
        remedy: z.string().nullable().describe('What a person can do about it; null where waiting is all.'),
        until: optionalInstantSchema.describe('When it goes by itself.'),
      }),
    )
    .describe('All that stands in the way, in the order in which selection looks.'),
  next_chance_at: optionalInstantSchema.describe('Null when it can serve now, or when it does not come to by itself.'),
});

/** How full the quota windows were over the last week, oldest first; between two points a window did not change. */
export const windowHistorySchema = z.object({
  data: z.array(
    z.object({ name: z.string(), points: z.array(z.object({ at: instantSchema, utilization: z.number().nonnegative() })) }),
  ),
});

/** `?type=` of an account's history: event types, separated by commas. */
export const eventFilterSchema = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z_]{1,40}(,[a-z_]{1,40}){0,19}$/, 'must be at most 20 event types, separated by commas')
    .optional(),
});

const accountEventSchema = z.object({
  id: z.string(),
  at: instantSchema,
  type: z.string(),
  from: statusSchema.nullable(),
  to: statusSchema,
  evidence: z.object({
    summary: z.string(),
    row: z.number().optional(),
    status: z.number().optional(),
    error_type: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
});
export const accountEventListSchema = listOf(accountEventSchema);

export const accountEventSort = { fields: ['at'], standard: '-at' } as const;

/** `?limit=` of the last events of all accounts. */
export const recentEventsQuerySchema = listQuerySchema.pick({ limit: true });

/** Of all accounts, newest first. */
export const recentEventListSchema = z.object({
  data: z.array(accountEventSchema.extend({ account: namedSchema.describe('As it is called now.') })),
});

export const authorizeSchema = z.strictObject({
  name: nameSchema.optional(),
  organization_uuid: z.guid().optional(),
  account_id: z.string().max(100).optional(),
  client_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 printable characters without spaces')
    .optional()
    .describe('Stored as a setting when none is configured.'),
});

export const loginSchema = z.object({ authorization_url: z.string(), state: z.string(), expires_at: instantSchema });
