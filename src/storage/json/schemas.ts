/** What the files hold, checked whenever one is read. A drift from the types of the product does not compile. */
import { z } from 'zod';
import type { AccountRecord } from '../../accounts/account-record.ts';
import type { ApiKey } from '../../api-keys/api-key.ts';
import type { Credential } from '../../core/credential.ts';

const instant = z.number();
const text = z.string();
const optionalText = text.nullable();
const kind = z.enum(['oauth', 'oauth_static', 'api_key']);
const cause = z.enum(['quota', 'overage', 'throttle', 'unexplained_429', 'unexplained_401', 'account_refused']);
const reason = z.enum([
  'credential_rejected',
  'refresh_lost',
  'organization_disabled',
  'oauth_not_allowed',
  'identity_verification_required',
  'credit_balance_too_low',
]);
const state = z.enum(['active', 'inactive', 'rate_limited', 'invalid']);

const health = z.discriminatedUnion('state', [
  z.object({ state: z.literal('active') }),
  z.object({
    state: z.literal('rate_limited'),
    until: instant,
    cause,
    mark: optionalText,
    proven: z.object({ until: instant, cause }).nullable(),
  }),
  z.object({ state: z.literal('invalid'), reason, since: instant }),
]);

const status = z.union([
  health,
  z.object({ state: z.literal('inactive'), since: instant, by: z.enum(['person', 'idle']), resume: health }),
]);

const account = z.object({
  id: text,
  name: text,
  kind,
  status,
  generation: z.number().int().nonnegative(),
  expiresAt: instant.nullable(),
  loginExpiresAt: instant.nullable(),
  identity: z.object({
    accountUuid: optionalText,
    email: optionalText,
    organizationUuid: optionalText,
    organizationName: optionalText,
    plan: optionalText,
  }),
  priority: z.number(),
  windows: z.array(
    z.object({ name: text, status: optionalText, utilization: z.number().nullable(), resetAt: instant.nullable() }),
  ),
  benches: z.array(z.object({ family: text, until: instant })),
  lastRefreshedAt: instant.nullable(),
  lastRefreshError: z.object({ at: instant, message: text }).nullable(),
  createdAt: instant,
  updatedAt: instant,
});

const evidence = z.object({
  summary: text,
  row: z.number().exactOptional(),
  status: z.number().exactOptional(),
  errorType: text.exactOptional(),
  headers: z.record(text, text).exactOptional(),
});

export const accountRecordSchema: z.ZodType<AccountRecord> = z.object({
  id: text,
  account,
  history: z.array(z.object({ id: text, accountId: text, at: instant, type: text, from: state.nullable(), to: state, evidence })),
  counters: z.object({
    requests: z.number(),
    failures: z.number(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheCreationTokens: z.number(),
    lastUsedAt: instant.nullable(),
  }),
});

export const credentialSchema: z.ZodType<Credential> = z.object({
  id: text,
  kind,
  secret: text.min(1),
  refreshToken: optionalText,
  expiresAt: instant.nullable(),
  loginExpiresAt: instant.nullable(),
  scopes: z.array(text),
  generation: z.number().int().nonnegative(),
  obtainedAt: instant,
  trust: z.enum(['verified', 'unverified']),
  intent: z.object({ fingerprint: text, generation: z.number(), at: instant }).nullable(),
});

export const apiKeySchema: z.ZodType<ApiKey> = z.object({
  id: text,
  name: text,
  prefix: text,
  hash: text,
  role: z.enum(['user', 'admin']),
  enabled: z.boolean(),
  expiresAt: instant.nullable(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
