/** Refusals of a credential, an account or a request: rows 3 to 5 and 12 to 14 of the reply table. */
import { z } from 'zod';
import type { Headers } from '../wire.ts';
import type { Action } from './action.ts';
import { defineFault } from './definition.ts';

export const refusal = (status: number, type: string, message: string, headers: Headers = {}): Action => ({
  kind: 'reply',
  status,
  headers,
  body: { type, message },
});

export const redirect = defineFault({
  schema: z.strictObject({
    kind: z.literal('redirect'),
    status: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)]).default(302),
    location: z.string().default('https://elsewhere.example/'),
  }),
  rows: [3],
  tells: 'a redirect to somebody else',
  act: ({ status, location }) => ({ kind: 'reply', status, headers: { location }, body: '' }),
});

export const missingBeta = defineFault({
  schema: z.strictObject({ kind: z.literal('missing_beta') }),
  rows: [4],
  tells: '401: the beta field that OAuth needs did not arrive',
  act: () => refusal(401, 'authentication_error', 'OAuth authentication is currently not supported.'),
});

export const unauthorized = defineFault({
  schema: z.strictObject({
    kind: z.literal('unauthorized'),
    message: z.string().default('OAuth token has been revoked.'),
  }),
  rows: [5],
  tells: '401, although the credential is good',
  act: ({ message }) => refusal(401, 'authentication_error', message),
});

/** As far as their wording is known. */
const UNUSABLE = {
  organization_disabled: [403, 'permission_error', 'This organization has been disabled.'],
  oauth_not_allowed: [403, 'permission_error', 'OAuth authentication is currently not allowed for this organization.'],
  identity_verification: [403, 'permission_error', 'Identity verification is required to continue.'],
  credit_balance_too_low: [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'],
} as const;

export const accountUnusable = defineFault({
  schema: z.strictObject({
    kind: z.literal('account_unusable'),
    why: z
      .enum(['organization_disabled', 'oauth_not_allowed', 'identity_verification', 'credit_balance_too_low'])
      .default('organization_disabled'),
    status: z
      .union([z.literal(400), z.literal(402), z.literal(403)])
      .optional()
      .describe('without it the usual one'),
  }),
  rows: [12],
  tells: '400, 402 or 403 that proves the account unusable',
  act({ why, status }) {
    const [usual, type, message] = UNUSABLE[why];
    return refusal(status ?? usual, type, message);
  },
});

export const claudeCodeOnly = defineFault({
  schema: z.strictObject({ kind: z.literal('claude_code_only') }),
  rows: [13],
  tells: '400: the credential is good for Claude Code alone',
  act: () =>
    refusal(
      400,
      'invalid_request_error',
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    ),
});

const CLIENT_ERRORS = {
  bad_request: [400, 'invalid_request_error', 'messages.0.content: Field required'],
  prompt_too_long: [400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'],
  context_exceeded: [
    400,
    'invalid_request_error',
    'input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000, decrease input length or `max_tokens` and try again',
  ],
  unknown_beta: [400, 'invalid_request_error', 'Unexpected value(s) `novelty-2026-01-01` for the `anthropic-beta` header.'],
  altered_thought: [400, 'invalid_request_error', 'messages.1.content.0: Invalid `signature` in `thinking` block'],
  payment_required: [402, 'billing_error', 'Payment required'],
  no_access_to_model: [403, 'permission_error', 'Your account does not have access to this model.'],
  no_such_model: [404, 'not_found_error', 'model: claude-nothing'],
  conflict: [409, 'invalid_request_error', 'Conflict'],
  too_large: [413, 'request_too_large', 'Request exceeds the maximum size'],
  unprocessable: [422, 'invalid_request_error', 'Unprocessable'],
} as const;

export const clientError = defineFault({
  schema: z.strictObject({
    kind: z.literal('client_error'),
    why: z
      .enum(Object.keys(CLIENT_ERRORS) as [keyof typeof CLIENT_ERRORS, ...(keyof typeof CLIENT_ERRORS)[]])
      .default('bad_request'),
  }),
  rows: [14],
  tells: 'the client’s own fault',
  act({ why }) {
    const [status, type, message] = CLIENT_ERRORS[why];
    return refusal(status, type, message);
  },
});
