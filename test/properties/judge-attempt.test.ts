import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeAttempt } from '../../src/core/judge-attempt.ts';
import type { AttemptOutcome } from '../../src/core/reply-facts.ts';
import { DAY, HOUR, NOW } from '../support/builders.ts';

const value = fc.oneof(
  fc.constantFrom('rejected', 'allowed', 'true', '0', '1', 'NaN', '', '-5', '1e9', 'slot_busy', 'five_hour', 'seven_day_opus'),
  fc.integer({ min: -1e12, max: 1e15 }).map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.string(),
);
const name = fc.oneof(
  fc.constantFrom('retry-after', 'anthropic-ratelimit-unified-status', 'anthropic-ratelimit-unified-5h-status'),
  fc.constantFrom(
    'anthropic-ratelimit-unified-7d_opus-status',
    'anthropic-ratelimit-unified-reset',
    'anthropic-ratelimit-unified-5h-reset',
  ),
  fc.string().map((text) => `anthropic-ratelimit-${text.toLowerCase()}`),
);
const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant('reply' as const),
    reply: fc.record({
      status: fc.integer({ min: 0, max: 999 }),
      headers: fc.dictionary(name, value),
      errorType: fc.option(fc.string()),
      message: fc.oneof(fc.string(), fc.constantFrom('Error', 'This organization has been disabled')),
      body: fc.constantFrom('as_promised' as const, 'missing' as const),
    }),
  }),
  fc.record({
    kind: fc.constantFrom('not_sent' as const, 'stale_socket' as const, 'broken' as const, 'no_reply_in_time' as const),
  }),
);
const context = fc.record({
  now: fc.constant(NOW),
  kind: fc.constantFrom('oauth' as const, 'oauth_static' as const, 'api_key' as const),
  knownPath: fc.boolean(),
  isMessages: fc.boolean(),
  family: fc.option(fc.constantFrom('opus', 'sonnet')),
  mayRenew: fc.boolean(),
  isLoginOver: fc.boolean(),
  struckBefore: fc.boolean(),
  unexplainedBefore: fc.nat(100),
  rules: fc.record({ defaultCooldownMs: fc.constant(HOUR), allowOverage: fc.boolean() }),
});

describe('judging any attempt', () => {
  it('always finds a row', () => {
    fc.assert(fc.property(outcome, context, (end, about) => assert.ok(judgeAttempt(end, about).row >= 1)));
  });

  it('never marks an account for a fault of the upstream or of the client', () => {
    fc.assert(
      fc.property(outcome, context, (end, about) => {
        const status = end.kind === 'reply' ? end.reply.status : 0;
        fc.pre(![400, 401, 402, 403, 429].includes(status) && (status < 200 || status > 299));
        assert.equal(judgeAttempt(end, about).mark.kind, 'none');
      }),
    );
  });

  it('sets no cooldown into the past, and none without an end', () => {
    fc.assert(
      fc.property(outcome, context, (end, about) => {
        const { mark } = judgeAttempt(end, about);
        if ('until' in mark) assert.ok(Number.isFinite(mark.until) && mark.until > NOW - DAY, String(mark.until));
        if ('until' in mark) assert.ok(mark.until >= NOW + 1000);
      }),
    );
  });

  it('changes nothing on paths it does not know', () => {
    fc.assert(
      fc.property(outcome, context, (end, about) =>
        assert.equal(judgeAttempt(end, { ...about, knownPath: false }).mark.kind, 'none'),
      ),
    );
  });
});
