/** Replies as the API, and what stands before it, really send them: at least one for each row of the reply table and each variant of it. */
import type { Judging } from '../../../src/core/judge-attempt.ts';
import { DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';

export interface WireReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came, what is known beside it, and the verdict: row, next step, mark. */
export type Entry = readonly [what: string, reply: WireReply, beside: Partial<Judging>, verdict: string];

const unix = (ms: number): string => String(Math.floor((NOW + ms) / 1000));
const date = (ms: number): string => new Date(NOW + ms).toUTCString();
const rfc3339 = (ms: number): string => new Date(NOW + ms).toISOString();

const JSON_TYPE = { 'content-type': 'application/json' };
const U = 'anthropic-ratelimit-unified';
const error = (status: number, type: string, message: string, headers: Record<string, string> = {}): WireReply => ({
  status,
  headers: { ...JSON_TYPE, 'request-id': 'req_011CS', ...headers },
  body: JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_011CS' }),
});
const limited = (
  headers: Record<string, string> = {},
  message = 'This request would exceed your account’s rate limit. Please try again later.',
) => error(429, 'rate_limit_error', message, headers);
/** `window('5h', 'rejected', HOUR)` */
const window = (name: string, status: string, resetMs: number | null, used = '1.0'): Record<string, string> => ({
  [`${U}-${name}-status`]: status,
  [`${U}-${name}-utilization`]: used,
  ...(resetMs === null ? {} : { [`${U}-${name}-reset`]: unix(resetMs) }),
});
const unified = (status: string, claim: string, resetMs: number): Record<string, string> => ({
  [`${U}-status`]: status,
  [`${U}-representative-claim`]: claim,
  [`${U}-reset`]: unix(resetMs),
});

const message = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi' }],
  usage: { input_tokens: 3, output_tokens: 2 },
});
const ok = (headers: Record<string, string> = {}, body = message): WireReply => ({
  status: 200,
  headers: { ...JSON_TYPE, ...headers },
  body,
});
const stream = (...events: readonly (readonly [string, object])[]): WireReply => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body: events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
});
const start = ['message_start', { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } }] as const;
const ping = ['ping', { type: 'ping' }] as const;
const failing = (type: string, text: string) => ['error', { type: 'error', error: { type, message: text } }] as const;
const html = (status: number): WireReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: '<html><head><title>Just a moment…</title></head></html>',
});

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
  ['a stream', stream(start), {}, '1 relay success'],
  ['a stream that pings first', stream(ping, ping, start), {}, '1 relay success'],
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
  // Row 6
  [
    'the five hours used up',
    limited({
      ...unified('rejected', 'five_hour', 2 * HOUR),
      ...window('5h', 'rejected', 2 * HOUR),
      ...window('7d', 'allowed', DAY, '0.5'),
    }),
    {},
    '6 fail_over quota_rejected quota +7200s',
  ],
  [
    'the week used up',
    limited({ ...unified('rejected', 'seven_day', 3 * DAY), ...window('7d', 'rejected', 3 * DAY) }),
    {},
    '6 fail_over quota_rejected quota +259200s',
  ],
  [
    'both used up: the later reset counts',
    limited({ ...window('5h', 'rejected', HOUR), ...window('7d', 'rejected', DAY) }),
    {},
    '6 fail_over quota_rejected quota +86400s',
  ],
  [
    'the bare reset names another window',
    limited({ ...unified('rejected', 'five_hour', 9 * HOUR), ...window('5h', 'rejected', HOUR) }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  ['a window of another length', limited(window('1d', 'rejected', 6 * HOUR)), {}, '6 fail_over quota_rejected quota +21600s'],
  [
    'used up, reset unknown, retry-after in seconds',
    limited({ ...window('5h', 'rejected', null), 'retry-after': '90' }),
    {},
    '6 fail_over quota_rejected quota +90s',
  ],
  [
    'used up, reset unknown, retry-after as a date',
    limited({ ...window('5h', 'rejected', null), 'retry-after': date(10 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +600s',
  ],
  ['used up, nothing told of when', limited(window('5h', 'rejected', null)), {}, '6 fail_over quota_rejected quota +3600s'],
  ['used up, reset long past', limited(window('5h', 'rejected', -HOUR)), {}, '6 fail_over quota_rejected quota +1s'],
  [
    'used up, reset in RFC 3339',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: rfc3339(30 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +1800s',
  ],
  [
    'used up, reset in milliseconds',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: String(NOW + 30 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +1800s',
  ],
  [
    'used up, reset unreadable',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: 'soon' }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up together with a family',
    limited({ ...window('5h', 'rejected', HOUR), ...window('7d_opus', 'rejected', 4 * DAY) }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up on an API-key account',
    limited(window('5h', 'rejected', HOUR)),
    { kind: 'api_key' },
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up, overage refused as well',
    limited({
      ...window('5h', 'rejected', HOUR),
      [`${U}-overage-status`]: 'rejected',
      [`${U}-overage-disabled-reason`]: 'org_level_disabled',
    }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  // Row 7
  [
    'the week of one family used up',
    limited({
      ...unified('rejected', 'seven_day_opus', DAY),
      ...window('7d_opus', 'rejected', DAY),
      ...window('7d', 'allowed', 2 * DAY, '0.6'),
    }),
    {},
    '7 fail_over family_bench opus +86400s',
  ],
  [
    'the week of another family used up',
    limited(window('7d_sonnet', 'rejected', DAY)),
    { family: 'sonnet' },
    '7 fail_over family_bench sonnet +86400s',
  ],
  [
    'a family window of a name that is no family',
    limited(window('7d_cowork', 'rejected', DAY)),
    {},
    '7 fail_over family_bench opus +86400s',
  ],
  ['a family window without a reset', limited(window('7d_opus', 'rejected', null)), {}, '7 fail_over family_bench opus +1800s'],
  [
    'a family window without a reset, the bare one given',
    limited({ ...window('7d_opus', 'rejected', null), [`${U}-reset`]: unix(5 * HOUR) }),
    {},
    '7 fail_over family_bench opus +18000s',
  ],
  [
    'the window of a family, asked for without a model',
    limited(window('7d_haiku', 'rejected', DAY)),
    { family: null },
    '7 fail_over family_bench haiku +86400s',
  ],
  // Row 8
  ['rejected, no window says so', limited(unified('rejected', 'five_hour', HOUR)), {}, '8 fail_over quota_rejected quota +3600s'],
  [
    'rejected, no window says so, the claim names a family',
    limited(unified('rejected', 'seven_day_opus', DAY)),
    {},
    '8 fail_over family_bench opus +86400s',
  ],
  [
    'rejected, the windows are content',
    limited({ ...unified('rejected', 'seven_day', DAY), ...window('5h', 'allowed', HOUR, '0.2') }),
    {},
    '8 fail_over quota_rejected quota +86400s',
  ],
  ['rejected, and nothing else', limited({ [`${U}-status`]: 'rejected' }), {}, '8 fail_over quota_rejected quota +3600s'],
  [
    'rejected with retry-after alone',
    limited({ [`${U}-status`]: 'rejected', 'retry-after': '45' }),
    {},
    '8 fail_over quota_rejected quota +45s',
  ],
  // Row 9
  ['the slow lane is full', limited({ [`${U}-slow-status`]: 'slot_busy', 'retry-after': '3' }), {}, '9 relay none'],
  ['429 that only says Error', limited({}, 'Error'), {}, '9 relay none'],
  ['429 about long context', limited({}, 'Extra usage is required for long context requests.'), {}, '9 relay none'],
  ['429 about extra usage', limited({}, 'You have used up your extra usage for this month.'), {}, '9 relay none'],
  ['429 about credits', limited({}, 'credits_required: buy credits to use this feature'), {}, '9 relay none'],
  // Row 10
  ['a pause in seconds', limited({ 'retry-after': '12' }), {}, '10 hop_or_relay throttled throttle +12s'],
  ['a pause in broken seconds', limited({ 'retry-after': '1.5' }), {}, '10 hop_or_relay throttled throttle +2s'],
  ['a pause as a date', limited({ 'retry-after': date(MINUTE) }), {}, '10 hop_or_relay throttled throttle +60s'],
  ['a pause that is over', limited({ 'retry-after': date(-MINUTE) }), {}, '10 hop_or_relay throttled throttle +1s'],
  ['a pause of nothing', limited({ 'retry-after': '0' }), {}, '10 hop_or_relay throttled throttle +1s'],
  ['a pause that nobody can read', limited({ 'retry-after': 'later' }), {}, '10 hop_or_relay throttled throttle +3600s'],
  [
    'requests a minute used up',
    limited({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': rfc3339(20_000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +20s',
  ],
  [
    'input tokens a minute used up',
    limited({
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': rfc3339(40_000),
      'anthropic-ratelimit-requests-remaining': '7',
      'anthropic-ratelimit-requests-reset': rfc3339(5000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +40s',
  ],
  [
    'both a minute used up: the earlier counts',
    limited({
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': rfc3339(40_000),
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': rfc3339(8000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +8s',
  ],
  [
    'allowed, but not now',
    limited({ ...unified('allowed', 'five_hour', HOUR), 'retry-after': '5' }),
    {},
    '10 hop_or_relay throttled throttle +5s',
  ],
  [
    'a page instead of the limit’s words, with a pause',
    { ...html(429), headers: { 'content-type': 'text/html', 'retry-after': '30' } },
    {},
    '10 hop_or_relay throttled throttle +30s',
  ],
  // Row 11
  ['a bare 429', limited({}, 'Too many requests'), {}, '11 hop_or_relay throttled unexplained_429 +30s'],
  [
    'a bare 429, the third in a row',
    limited({}, 'Too many requests'),
    { unexplainedBefore: 2 },
    '11 hop_or_relay throttled unexplained_429 +120s',
  ],
  [
    'a bare 429, the twentieth in a row',
    limited({}, 'Too many requests'),
    { unexplainedBefore: 19 },
    '11 hop_or_relay throttled unexplained_429 +3600s',
  ],
  ['429 without a body', { status: 429, body: '' }, {}, '11 hop_or_relay throttled unexplained_429 +30s'],
  ['429 as a page', html(429), {}, '11 hop_or_relay throttled unexplained_429 +30s'],
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
