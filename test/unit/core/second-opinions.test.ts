import assert from 'node:assert/strict';
import { staysHome } from '../../../src/core/affinity.ts';
import { conversationKey } from '../../../src/core/conversation.ts';
import { outlookOf, poolHealth } from '../../../src/core/pool-outlook.ts';
import { provenUntil } from '../../../src/core/provisional-marks.ts';
import type { AttemptOutcome } from '../../../src/core/reply-facts.ts';
import { anAccount, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';

const replied = (status: number): AttemptOutcome => ({
  kind: 'reply',
  reply: { status, headers: {}, errorType: null, message: '', body: 'as_promised' },
});
const mark = (row: number) => ({ accountId: 'a', row, name: 'mrk_1', until: NOW + 5 * MINUTE });

describe('a provisional mark', () => {
  it('after a 401 is proven by any other answer of the API, not by a fault', () => {
    for (const status of [200, 400, 404, 429])
      assert.equal(provenUntil(mark(5), replied(status), NOW, HOUR), NOW + 5 * MINUTE, String(status));
    for (const outcome of [replied(401), replied(500), { kind: 'broken' } as const])
      assert.equal(provenUntil(mark(5), outcome, NOW, HOUR), null);
  });

  it('after a bare 429 is proven by a served request only, for the default time', () => {
    assert.equal(provenUntil(mark(11), replied(200), NOW, HOUR), NOW + HOUR);
    for (const status of [400, 429, 500]) assert.equal(provenUntil(mark(11), replied(status), NOW, HOUR), null);
  });

  it('after an explained throttle needs no proof', () => assert.equal(provenUntil(mark(10), replied(200), NOW, HOUR), null));
});

describe('a conversation', () => {
  const clues = { apiKeyId: 'key_1', sessionId: null, agentId: null, userId: null };

  it('is named by the key, the session and the agent', () => {
    assert.equal(conversationKey({ ...clues, sessionId: 's' }), 'key_1 s');
    assert.equal(conversationKey({ ...clues, sessionId: 's', agentId: 'a' }), 'key_1 s a');
    assert.notEqual(
      conversationKey({ ...clues, sessionId: 's' }),
      conversationKey({ ...clues, apiKeyId: 'key_2', sessionId: 's' }),
    );
  });

  it('is found in the user id where there is no header, in both spellings', () => {
    assert.equal(conversationKey({ ...clues, userId: '{"device_id":"d","account_uuid":"","session_id":"74a9"}' }), 'key_1 74a9');
    assert.equal(conversationKey({ ...clues, userId: 'user_1_account__session_74a9' }), 'key_1 74a9');
  });

  it('is none without a clue, or with one of absurd length', () => {
    for (const sessionId of [null, '', 'x'.repeat(257)])
      assert.equal(conversationKey({ ...clues, sessionId, userId: 'somebody' }), null);
  });

  it('goes back home after a short throttle, not after a used-up quota', () => {
    const home = (cause: 'throttle' | 'quota', until: number) => anAccount({ status: { ...limitedUntil(until), cause } });
    assert.ok(staysHome(home('throttle', NOW + 30_000), NOW));
    assert.ok(!staysHome(home('throttle', NOW + 5 * MINUTE), NOW));
    assert.ok(!staysHome(home('quota', NOW + 30_000), NOW));
    assert.ok(!staysHome(anAccount(), NOW));
    assert.ok(!staysHome(undefined, NOW));
  });
});

describe('the outlook of the pool', () => {
  const accounts = [
    anAccount({ id: 'a', status: limitedUntil(NOW + HOUR) }),
    anAccount({ id: 'b', status: limitedUntil(NOW + MINUTE) }),
    anAccount({ id: 'c', status: invalidSince(NOW) }),
    anAccount({ id: 'd', status: inactive({ state: 'active' }) }),
  ];

  it('names the earliest recovery, and counts by status', () => {
    const outlook = outlookOf(accounts, NOW);
    assert.equal(outlook.earliestRecovery, NOW + MINUTE);
    assert.deepEqual(outlook.byState, { active: 0, inactive: 1, rate_limited: 2, invalid: 1 });
  });

  it('counts an elapsed cooldown as over', () => assert.equal(outlookOf(accounts, NOW + 2 * MINUTE).available, 1));

  it("waits for a family's bench only when the request is of that family", () => {
    const benched = [anAccount({ benches: [{ family: 'opus', until: NOW + HOUR }] })];
    assert.deepEqual(
      [outlookOf(benched, NOW, 'opus').available, outlookOf(benched, NOW, 'opus').earliestRecovery],
      [0, NOW + HOUR],
    );
    assert.equal(outlookOf(benched, NOW, 'sonnet').available, 1);
  });

  it('is healthy with all enabled accounts or two, degraded with fewer, unhealthy with none', () => {
    const health = (...statuses: Parameters<typeof anAccount>[0][]) =>
      poolHealth(
        outlookOf(
          statuses.map((over, i) => anAccount({ ...over, id: String(i) })),
          NOW,
        ),
      );
    const limited = { status: limitedUntil(NOW + HOUR) };
    assert.equal(health({}), 'healthy');
    assert.equal(health({}, {}, limited), 'healthy');
    assert.equal(health({}, limited), 'degraded');
    assert.equal(health(limited), 'unhealthy');
    assert.equal(health(), 'unhealthy');
    assert.equal(health({}, { status: inactive({ state: 'active' }) }), 'healthy');
  });
});
