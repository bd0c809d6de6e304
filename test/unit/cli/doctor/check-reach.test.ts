import assert from 'node:assert/strict';
import { checkClock, checkReach, type ReachFacts, type Stage } from '../../../../src/cli/doctor/check-reach.ts';

const url = 'https://api.example.org';
/** The far end says this second, and a half has passed of it; the reply took 100 ms. */
const DATE = Date.parse('2026-11-24T12:00:00Z');
const answered = (offMs: number, over: object = {}): ReachFacts => ({
  url,
  outcome: { kind: 'answered', status: 404, date: DATE, sentAt: DATE + 450 + offMs, receivedAt: DATE + 550 + offMs, ...over },
});
const failed = (stage: Stage): ReachFacts => ({ url, outcome: { kind: 'failed', stage, code: 'ECODE' } });

describe('what the doctor says about a far end', () => {
  it('is well with any answer', () => assert.equal(checkReach('upstream', answered(0)).message, `${url} is reached in 100 ms.`));

  it('is a warning when it answers that it is in trouble', () =>
    assert.equal(checkReach('upstream', answered(0, { status: 503 })).verdict, 'warning'));

  for (const [stage, says, remedy] of [
    ['dns', 'its name does not resolve', /name server/],
    ['connect', 'no connection', /firewall/],
    ['tls', 'its certificate is not trusted', /NODE_EXTRA_CA_CERTS/],
    ['timeout', 'no answer in time', /firewall/],
  ] as const)
    it(`is a problem when it fails at ${stage}, with the remedy for that`, () => {
      const finding = checkReach('upstream', failed(stage));
      assert.equal(finding.verdict, 'problem');
      assert.ok(finding.message.includes(says) && finding.message.includes('ECODE'), finding.message);
      assert.match(finding.remedy ?? '', remedy);
    });
});

describe('what the doctor says about the clock', () => {
  for (const [offMs, verdict, says] of [
    [0, 'ok', /As that of the upstream/],
    [1_900, 'ok', /As that of the upstream/],
    [-10_000, 'ok', /10 s behind the upstream, which does no harm/],
    [31_000, 'warning', /31 s ahead of the upstream/],
    [-301_000, 'problem', /301 s behind the upstream/],
  ] as const)
    it(`is ${verdict} when it is ${offMs} ms off`, () => {
      const finding = checkClock(answered(offMs));
      assert.equal(finding?.verdict, verdict);
      assert.match(finding?.message ?? '', says);
    });

  it('makes allowance for a slow answer', () =>
    assert.match(checkClock(answered(0, { receivedAt: DATE + 8_550 }))?.message ?? '', /As that of/));

  it('is nothing where the far end told no time', () => {
    assert.equal(checkClock(answered(0, { date: null })), null);
    assert.equal(checkClock(failed('dns')), null);
  });
});
