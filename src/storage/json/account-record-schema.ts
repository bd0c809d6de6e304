/** An account as it lies in `accounts.json`: status, quota windows, history and counters, never a secret. */
import { z } from 'zod';
import type { AccountRecord } from '../../accounts/account-record.ts';
import { noOwnLimits } from '../../core/account.ts';
import { accountKind, instant } from './common-schemas.ts';
import { schemaFor } from './schema-for.ts';

const limitCause = z.enum(['quota', 'overage', 'throttle', 'unexplained_429', 'unexplained_401', 'account_refused']);

const active = z.object({ state: z.literal('active') });
const rateLimited = z.object({
  state: z.literal('rate_limited'),
  since: instant,
  until: instant,
  cause: limitCause,
  mark: z.string().nullable(),
  proven: z.object({ until: instant, cause: limitCause }).nullable(),
});
const invalid = z.object({
  state: z.literal('invalid'),
  reason: z.enum([
    'credential_rejected',
    'refresh_lost',
    'inference_withheld',
    'organization_disabled',
    'oauth_not_allowed',
    'identity_verification_required',
    'credit_balance_too_low',
    'restored',
  ]),
  since: instant,
});
const inactive = z.object({
  state: z.literal('inactive'),
  since: instant,
  by: z.enum(['person', 'idle', 'unasked']),
  resume: z.discriminatedUnion('state', [active, rateLimited, invalid]),
});

const account = z.object({
  id: z.string().min(1),
  name: z.string(),
  kind: accountKind,
  status: z.discriminatedUnion('state', [active, rateLimited, invalid, inactive]),
  generation: z.int().min(0),
  expiresAt: instant.nullable(),
  loginExpiresAt: instant.nullable(),
  authorizedAt: instant.nullable(),
  identity: z.object({
    accountUuid: z.string().nullable(),
    email: z.string().nullable(),
    organizationUuid: z.string().nullable(),
    organizationName: z.string().nullable(),
    plan: z.string().nullable(),
  }),
  priority: z.number(),
  limits: z
    .object({
      maxConcurrency: z.int().min(1).nullable(),
      maxUtilization: z.number().nullable(),
      allowOverage: z.boolean().nullable(),
    })
    .default(noOwnLimits),
  windows: z.array(
    z.object({
      name: z.string(),
      status: z.string().nullable(),
      utilization: z.number().nullable(),
      resetAt: instant.nullable(),
    }),
  ),
  benches: z.array(z.object({ family: z.string(), until: instant })),
  lastRefreshedAt: instant.nullable(),
  lastRefreshError: z.object({ at: instant, message: z.string() }).nullable(),
  revision: z.int().min(1),
  createdAt: instant,
  updatedAt: instant,
});

const accountState = z.enum(['active', 'rate_limited', 'inactive', 'invalid']);

const event = z.object({
  id: z.string().min(1),
  accountId: z.string().min(1),
  at: instant,
  type: z.string(),
  from: accountState.nullable(),
  to: accountState,
  evidence: z.object({
    summary: z.string(),
    row: z.number().exactOptional(),
    status: z.number().exactOptional(),
    errorType: z.string().exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
  }),
});

const counters = z.object({
  requests: z.number(),
  failures: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheCreationTokens: z.number(),
  lastUsedAt: instant.nullable(),
});

export const accountRecordSchema = schemaFor<AccountRecord>()(
  z
    .object({ id: z.string().min(1), account, history: z.array(event), counters })
    .refine((record) => record.account.id === record.id, { path: ['account', 'id'], error: 'another id than the record has' }),
);
