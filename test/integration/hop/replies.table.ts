/** Real replies: at least one for each row of the reply table and each variant of it. */
import { DAY, HOUR } from '../../support/builders.ts';
import { limits } from './limits.table.ts';
import {
  type Entry,
  error,
  failing,
  html,
  limited,
  ok,
  ping,
  start,
  stop,
  stream,
  U,
  unified,
  unix,
  window,
} from './wire-replies.ts';

export const replies: readonly Entry[] = [
  // Row 1
  ['a message', ok(), {}, '1 relay success'],
  [
    'a message with its windows',
    ok({
      ...unified('allowed', 'five_hour', HOUR),
      ...window('5h', 'allowed', HOUR, '0.42'),
      ...window('7d', 'allowed_warning', DAY, '0.91'),
    }),
    {},
    '1 relay success',
  ],
  ['a message in pieces of odd type', ok({ 'content-type': 'application/json; charset=utf-8' }), {}, '1 relay success'],
  ['a stream', stream(start, stop), {}, '1 relay success'],
  ['a stream that pings first', stream(ping, ping, start, stop), {}, '1 relay success'],
  [
    'a message from overage that is not allowed',
    ok({ [`${U}-overage-in-use`]: 'true', ...window('5h', 'rejected', HOUR) }),
    {},
    '1 relay quota_rejected overage +3600s',
  ],
  [
    'a message from overage, its reset told by the bare header alone',
    ok({ [`${U}-overage-in-use`]: 'true', [`${U}-reset`]: unix(2 * HOUR) }),
    {},
    '1 relay quota_rejected overage +7200s',
  ],
  [
    'a message from overage that is allowed',
    ok({ [`${U}-overage-in-use`]: 'true', ...window('5h', 'rejected', HOUR) }),
    { rules: { defaultCooldownMs: HOUR, allowOverage: true } },
    '1 relay success',
  ],
  [
    'a message with overage merely offered',
    ok({ [`${U}-overage-status`]: 'allowed', [`${U}-overage-disabled-reason`]: 'out_of_credits' }),
    {},
    '1 relay success',
  ],
  [
    'a message with headers that nobody knows',
    ok({ [`${U}-fallback-percentage`]: '0.5', 'anthropic-ratelimit-galaxies-remaining': '0' }),
    {},
    '1 relay success',
  ],
  // Row 2: by the row of the error’s own status
  ['a stream that begins with an overload', stream(failing('overloaded_error', 'Overloaded')), {}, '15 retry_same none'],
  [
    'a stream that begins with an overload behind pings',
    stream(ping, failing('overloaded_error', 'Overloaded')),
    {},
    '15 retry_same none',
  ],
  [
    'a stream that begins with a rate limit',
    stream(failing('rate_limit_error', 'Too many requests')),
    {},
    '11 hop_or_relay throttled unexplained_429 +30s',
  ],
  ['a stream that begins with a fault', stream(failing('api_error', 'Internal server error')), {}, '15 retry_elsewhere none'],
  [
    'a stream that begins with a refused token',
    stream(failing('authentication_error', 'Invalid bearer token')),
    {},
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  [
    'a stream that begins with a bad request',
    stream(failing('invalid_request_error', 'prompt is too long')),
    {},
    '14 relay none',
  ],
  ['a stream that begins with an unknown error', stream(failing('novel_error', 'What?')), {}, '15 retry_elsewhere none'],
  ['a stream that begins with a timeout', stream(failing('timeout_error', 'Timed out')), {}, '16 relay none'],
  ['a stream whose error comes second', stream(start, failing('overloaded_error', 'Overloaded')), {}, '1 relay success'],
  // Row 3
  [
    'a redirect to a login',
    { status: 302, headers: { location: 'https://login.example/' }, body: '' },
    {},
    '3 refuse_redirect none',
  ],
  ['a permanent redirect', { status: 308, headers: { location: '/v2/messages' }, body: '' }, {}, '3 refuse_redirect none'],
  // Row 4
  [
    '401 for the missing beta header',
    error(401, 'authentication_error', 'OAuth authentication is currently not supported.'),
    {},
    '4 relay none',
  ],
  [
    '401 that asks for the beta header',
    error(401, 'authentication_error', 'This endpoint requires the anthropic-beta oauth-2025-04-20 header'),
    { mayRenew: true },
    '4 relay none',
  ],
  // Row 5
  [
    '401 while a renewal may help',
    error(401, 'authentication_error', 'OAuth token has expired'),
    { mayRenew: true },
    '5 renew none',
  ],
  [
    '401 for an expired token that was renewed already',
    error(401, 'authentication_error', 'OAuth token has expired'),
    {},
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  [
    '401 for an invalid token',
    error(401, 'authentication_error', 'Invalid bearer token'),
    {},
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  [
    '401 for a login that is over, as the renewal has shown',
    error(401, 'authentication_error', 'OAuth token has been revoked.'),
    { isLoginOver: true },
    '5 fail_over none',
  ],
  [
    '401 for an API key',
    error(401, 'authentication_error', 'invalid x-api-key'),
    { kind: 'api_key' },
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  [
    '401 again after the bench',
    error(401, 'authentication_error', 'Invalid bearer token'),
    { struckBefore: true },
    '5 hop_or_exhausted condemned credential_rejected',
  ],
  [
    '401 again, but not for a message',
    error(401, 'authentication_error', 'Invalid bearer token'),
    { struckBefore: true, isMessages: false },
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  ['401 without a body', { status: 401, body: '' }, {}, '5 hop_or_exhausted throttled unexplained_401 +300s'],
  ['401 as a page', html(401), {}, '5 hop_or_exhausted throttled unexplained_401 +300s'],
  ...limits,
  // Row 12
  [
    'a disabled organisation',
    error(403, 'permission_error', 'This organization has been disabled.'),
    {},
    '12 fail_over throttled account_refused +300s',
  ],
  [
    'a disabled organisation, by a 400',
    error(400, 'invalid_request_error', 'This organization has been disabled.'),
    { struckBefore: true },
    '12 fail_over condemned organization_disabled',
  ],
  [
    'OAuth not allowed',
    error(403, 'permission_error', 'OAuth authentication is currently not allowed for this organization.'),
    { struckBefore: true },
    '12 fail_over condemned oauth_not_allowed',
  ],
  [
    'an identity to be verified',
    error(403, 'permission_error', 'Identity verification is required to continue.'),
    { struckBefore: true },
    '12 fail_over condemned identity_verification_required',
  ],
  [
    'an empty purse',
    error(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
    {},
    '12 fail_over throttled account_refused +300s',
  ],
  [
    'an empty purse, by a 402',
    error(402, 'billing_error', 'Your credit balance is too low.'),
    { struckBefore: true },
    '12 fail_over condemned credit_balance_too_low',
  ],
  // Row 13
  [
    'for Claude Code only',
    error(
      400,
      'invalid_request_error',
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    ),
    {},
    '13 other_kind none',
  ],
  // Row 14
  ['a bad request', error(400, 'invalid_request_error', 'messages.0.content: Field required'), {}, '14 relay none'],
  [
    'a prompt that is too long',
    error(400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'),
    {},
    '14 relay none',
  ],
  [
    'a beta that is not known',
    error(400, 'invalid_request_error', 'Unexpected value(s) `x` for the `anthropic-beta` header.'),
    {},
    '14 relay none',
  ],
  ['a forbidden model', error(403, 'permission_error', 'Your account does not have access to this model.'), {}, '14 relay none'],
  ['402 of another kind', error(402, 'billing_error', 'Payment required'), {}, '14 relay none'],
  ['a missing model', error(404, 'not_found_error', 'model: claude-nothing'), {}, '14 relay none'],
  ['a wrong method', error(405, 'invalid_request_error', 'Method Not Allowed'), {}, '14 relay none'],
  ['a request that is too large', error(413, 'request_too_large', 'Request exceeds the maximum size'), {}, '14 relay none'],
  ['403 as a page of somebody in between', html(403), {}, '14 relay none'],
  ['a teapot', { status: 418, body: 'short and stout' }, {}, '14 relay none'],
  // Row 15
  ['a crash', error(500, 'api_error', 'Internal server error'), {}, '15 retry_elsewhere none'],
  ['a bad gateway', html(502), {}, '15 retry_elsewhere none'],
  ['unavailable', error(503, 'api_error', 'Service unavailable', { 'retry-after': '7' }), {}, '15 retry_elsewhere none'],
  ['overloaded', error(529, 'overloaded_error', 'Overloaded'), {}, '15 retry_same none'],
  ['a fault of the CDN', html(520), {}, '15 retry_elsewhere none'],
  ['a page instead of a message', html(200), {}, '15 retry_elsewhere none'],
  ['nothing instead of a message', ok({}, ''), {}, '15 retry_elsewhere none'],
  // Row 16
  ['a timeout upstream', error(504, 'timeout_error', 'Timed out'), {}, '16 relay none'],
  ['a timeout of the CDN', html(504), {}, '16 relay none'],
  // Unknown paths: named, but nothing follows
  [
    '401 on an unknown path',
    error(401, 'authentication_error', 'Invalid bearer token'),
    { knownPath: false, mayRenew: true },
    '5 relay none',
  ],
  ['a used-up quota on an unknown path', limited(window('5h', 'rejected', HOUR)), { knownPath: false }, '6 relay none'],
  ['a crash on an unknown path', error(500, 'api_error', 'Internal server error'), { knownPath: false }, '15 relay none'],
];
