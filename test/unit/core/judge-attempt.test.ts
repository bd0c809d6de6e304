import assert from 'node:assert/strict';
import { type Judging, judgeAttempt, type Verdict } from '../../../src/core/judge-attempt.ts';
import type { AttemptOutcome, ReplyFacts } from '../../../src/core/reply-facts.ts';
import { HOUR, MINUTE, NOW } from '../../support/builders.ts';

const seconds = (ms: number) => String(Math.floor((NOW + ms) / 1000));
const U = 'anthropic-ratelimit-unified-';

const context = (over: Partial<Judging> = {}): Judging => ({
  now: NOW,
  kind: 'oauth',
  knownPath: true,
  isMessages: true,
  family: 'opus',
  mayRenew: false,
  isLoginOver: false,
  struckBefore: false,
  unexplainedBefore: 0,
  rules: { defaultCooldownMs: HOUR, allowOverage: false },
  ...over,
});

const reply = (status: number, over: Partial<ReplyFacts> = {}): AttemptOutcome => ({
  kind: 'reply',
  reply: { status, headers: {}, errorType: null, message: '', body: 'as_promised', ...over },
});

const judge = (outcome: AttemptOutcome, over: Partial<Judging> = {}): Verdict => judgeAttempt(outcome, context(over));

/** row, next, mark in one line: easy to read in a table. */
function brief({ row, next, mark }: Verdict): string {
  const until = 'until' in mark ? ` +${Math.round((mark.until - NOW) / 1000)}s` : '';
  const cause = 'cause' in mark ? ` ${mark.cause}` : '';
  const family = mark.kind === 'family_bench' ? ` ${mark.family}` : '';
  const reason = mark.kind === 'condemned' ? ` ${mark.reason}` : '';
  return `${row} ${next} ${mark.kind}${cause}${family}${reason}${until}`;
}

const cases: readonly (readonly [string, AttemptOutcome, Partial<Judging>, string])[] = [
  ['a success', reply(200), {}, '1 relay success'],
  ['an empty success where nothing was promised', reply(204), {}, '1 relay success'],
  [
    'a success from paid overage',
    reply(200, { headers: { [`${U}overage-in-use`]: 'true', [`${U}5h-utilization`]: '1.02', [`${U}5h-reset`]: seconds(HOUR) } }),
    {},
    '1 relay quota_rejected overage +3600s',
  ],
  [
    'a success from paid overage that the operator allows',
    reply(200, { headers: { [`${U}overage-in-use`]: 'true' } }),
    { rules: { defaultCooldownMs: HOUR, allowOverage: true } },
    '1 relay success',
  ],
  ['a redirect', reply(307), {}, '3 refuse_redirect none'],
  ['a redirect on an unknown path', reply(302), { knownPath: false }, '3 refuse_redirect none'],
  [
    'a 401 for the missing beta header',
    reply(401, { message: 'OAuth authentication is currently not supported.' }),
    {},
    '4 relay none',
  ],
  ['a 401 while a renewal may help', reply(401), { mayRenew: true }, '5 renew none'],
  ['a 401 that stays', reply(401), {}, '5 hop_or_exhausted throttled unexplained_401 +300s'],
  ['a second 401 after the bench', reply(401), { struckBefore: true }, '5 hop_or_exhausted condemned credential_rejected'],
  [
    'a second 401 on another path than messages',
    reply(401),
    { struckBefore: true, isMessages: false },
    '5 hop_or_exhausted throttled unexplained_401 +300s',
  ],
  [
    'a 429 that rejects the 5 hour window',
    reply(429, {
      headers: {
        [`${U}status`]: 'rejected',
        [`${U}5h-status`]: 'rejected',
        [`${U}5h-reset`]: seconds(2 * HOUR),
        [`${U}reset`]: seconds(60),
      },
    }),
    {},
    '6 fail_over quota_rejected quota +7200s',
  ],
  [
    'a 429 that rejects two account-wide windows',
    reply(429, {
      headers: {
        [`${U}5h-status`]: 'rejected',
        [`${U}5h-reset`]: seconds(HOUR),
        [`${U}7d-status`]: 'rejected',
        [`${U}7d-reset`]: seconds(50 * HOUR),
      },
    }),
    {},
    '6 fail_over quota_rejected quota +180000s',
  ],
  [
    'a rejected window without reset, with retry-after',
    reply(429, { headers: { [`${U}5h-status`]: 'rejected', 'retry-after': '90' } }),
    {},
    '6 fail_over quota_rejected quota +90s',
  ],
  [
    'a rejected window without any instant',
    reply(429, { headers: { [`${U}5h-status`]: 'rejected' } }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'a rejected window whose reset lies in the past',
    reply(429, { headers: { [`${U}5h-status`]: 'rejected', [`${U}5h-reset`]: seconds(-HOUR) } }),
    {},
    '6 fail_over quota_rejected quota +1s',
  ],
  [
    'a rejected family window',
    reply(429, {
      headers: { [`${U}7d_opus-status`]: 'rejected', [`${U}7d_opus-reset`]: seconds(HOUR), [`${U}5h-status`]: 'allowed' },
    }),
    {},
    '7 fail_over family_bench opus +3600s',
  ],
  [
    'a rejected family window of no known family',
    reply(429, { headers: { [`${U}7d_oi-status`]: 'rejected' } }),
    { family: 'sonnet' },
    '7 fail_over family_bench sonnet +1800s',
  ],
  [
    'a rejection that names no window',
    reply(429, { headers: { [`${U}status`]: 'rejected', [`${U}reset`]: seconds(HOUR) } }),
    {},
    '8 fail_over quota_rejected quota +3600s',
  ],
  [
    'a rejection that claims a family',
    reply(429, {
      headers: { [`${U}status`]: 'rejected', [`${U}reset`]: seconds(HOUR), [`${U}representative-claim`]: 'seven_day_opus' },
    }),
    {},
    '8 fail_over family_bench opus +3600s',
  ],
  ['a busy slow lane', reply(429, { headers: { [`${U}slow-status`]: 'slot_busy' } }), {}, '9 relay none'],
  ['a bare 429 that says Error', reply(429, { message: 'Error' }), {}, '9 relay none'],
  [
    'a bare 429 about long context',
    reply(429, { message: 'Extra usage is required for long context requests.' }),
    {},
    '9 relay none',
  ],
  [
    'a 429 with retry-after only',
    reply(429, { headers: { 'retry-after': '20' } }),
    {},
    '10 hop_or_relay throttled throttle +20s',
  ],
  [
    'a 429 of an API key with an exhausted minute',
    reply(429, {
      headers: {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': new Date(NOW + MINUTE).toISOString(),
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-tokens-reset': new Date(NOW + 2 * MINUTE).toISOString(),
      },
    }),
    {},
    '10 hop_or_relay throttled throttle +60s',
  ],
  [
    'a 429 with retry-after as a date',
    reply(429, { headers: { 'retry-after': new Date(NOW + 5 * MINUTE).toUTCString() } }),
    {},
    '10 hop_or_relay throttled throttle +300s',
  ],
  ['a bare 429', reply(429, { message: 'Too many requests' }), {}, '11 hop_or_relay throttled unexplained_429 +30s'],
  [
    'a disabled organisation',
    reply(403, { message: 'This organization has been disabled.' }),
    {},
    '12 fail_over throttled account_refused +300s',
  ],
  [
    'a disabled organisation, again after the bench',
    reply(400, { message: 'This organization has been disabled.' }),
    { struckBefore: true },
    '12 fail_over condemned organization_disabled',
  ],
  [
    'an empty purse',
    reply(400, { message: 'Your credit balance is too low to access the API.' }),
    {},
    '12 fail_over throttled account_refused +300s',
  ],
  [
    'a credential for Claude Code only',
    reply(400, {
      message: 'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    }),
    {},
    '13 other_kind none',
  ],
  ['a bad request', reply(400, { message: 'messages: field required' }), {}, '14 relay none'],
  ['a forbidden page', reply(403, { body: 'missing' }), {}, '14 relay none'],
  ['a missing model', reply(404), {}, '14 relay none'],
  ['an upstream timeout', reply(504), {}, '16 relay none'],
  ['a crash upstream', reply(500), {}, '15 retry_elsewhere none'],
  ['a bad gateway', reply(502), {}, '15 retry_elsewhere none'],
  ['an overloaded upstream', reply(529), {}, '15 retry_same none'],
  ['HTML instead of a message', reply(200, { body: 'missing' }), {}, '15 retry_elsewhere none'],
  ['an unknown status', reply(999), {}, '15 retry_elsewhere none'],
  ['silence', { kind: 'no_reply_in_time' }, {}, '16 give_up_waiting none'],
  ['a refused connection', { kind: 'not_sent' }, {}, '17 retry_unsent none'],
  ['a stale pooled socket', { kind: 'stale_socket' }, {}, '17 retry_same none'],
  ['a connection that broke after sending', { kind: 'broken' }, {}, '18 give_up_broken none'],
  ['a 401 on an unknown path', reply(401), { knownPath: false, mayRenew: true }, '5 relay none'],
  [
    'a quota rejection on an unknown path',
    reply(429, { headers: { [`${U}5h-status`]: 'rejected' } }),
    { knownPath: false },
    '6 relay none',
  ],
  ['a crash on an unknown path', reply(500), { knownPath: false }, '15 relay none'],
];

describe('judging one attempt', () => {
  for (const [what, outcome, over, expected] of cases) {
    it(`${what} → ${expected}`, () => assert.equal(brief(judge(outcome, over)), expected));
  }
});
