import assert from 'node:assert/strict';
import { type PlanningRules, planNext, type Situation } from '../../../src/core/attempt-plan.ts';
import type { Next, Verdict } from '../../../src/core/judge-attempt.ts';
import { MINUTE } from '../../support/builders.ts';

const rules: PlanningRules = { retriesEnabled: true, maxAttempts: 3, maxElapsedMs: MINUTE, repeatAmbiguous: false };
const situation = (over: Partial<Situation> = {}): Situation => ({
  accountId: 'b',
  past: [],
  elapsedMs: 0,
  repeatable: true,
  ...over,
});
const verdict = (row: number, next: Next): Verdict => ({ row, next, mark: { kind: 'success' } });
const past = (...entries: [string, number][]) => entries.map(([accountId, row]) => ({ accountId, row, isProven: false }));

function brief(row: number, next: Next, over: Partial<Situation> = {}, also: Partial<PlanningRules> = {}): string {
  const { step, withdraw, mark } = planNext(verdict(row, next), situation(over), { ...rules, ...also });
  const unmarked = mark.kind === 'none' ? ' unmarked' : '';
  const text =
    step.do === 'attempt'
      ? `${step.on}${step.backoff === null ? '' : ` after ${step.backoff}`}, else ${step.otherwise}`
      : step.do === 'end'
        ? step.ending
        : step.do;
  return `${text}${withdraw ? ' withdrawing' : ''}${unmarked}`;
}

describe('planning the next step', () => {
  it('relays what is to be relayed', () => assert.equal(brief(1, 'relay'), 'relay'));

  it('tries every other account once after a proven refusal', () => {
    assert.equal(brief(6, 'fail_over', { past: past(['a', 6], ['c', 6]) }), 'only_another, else exhausted');
  });

  it('hops once after a 401, and says that nobody can serve when there is no sibling', () => {
    assert.equal(brief(5, 'hop_or_exhausted'), 'only_another, else exhausted');
  });

  it('stops when a sibling answers 401 too: withdraws both marks, relays, tells the client not to retry', () => {
    assert.equal(brief(5, 'hop_or_exhausted', { past: past(['a', 5]) }), 'relay_final withdrawing unmarked');
  });

  it('does not take the same account, tried again with a new token, for a sibling', () => {
    assert.equal(brief(5, 'hop_or_exhausted', { past: past(['b', 5]) }), 'only_another, else exhausted');
  });

  it('goes on past accounts whose login is over, which says nothing about the request', () => {
    const proven = past(['a', 5]).map((attempt) => ({ ...attempt, isProven: true }));
    assert.equal(brief(5, 'fail_over', { past: proven }), 'only_another, else exhausted');
    assert.equal(brief(5, 'fail_over', { past: past(['a', 5]) }), 'only_another, else exhausted');
    assert.equal(brief(5, 'hop_or_exhausted', { past: proven }), 'only_another, else exhausted');
    assert.equal(brief(10, 'hop_or_relay', { past: proven }), 'only_another, else relay');
  });

  it('hops once after a throttle, then relays', () => {
    assert.equal(brief(10, 'hop_or_relay'), 'only_another, else relay');
    assert.equal(brief(10, 'hop_or_relay', { past: past(['a', 10]) }), 'relay withdrawing unmarked');
  });

  it('does not hop twice, whatever the second account says', () => {
    assert.equal(brief(11, 'hop_or_relay', { past: past(['a', 10]) }), 'relay');
  });

  it('retries an overloaded upstream on the same account, backing off', () => {
    assert.equal(brief(15, 'retry_same'), 'same after 0, else relay');
    assert.equal(brief(15, 'retry_same', { past: past(['b', 15]) }), 'same after 1, else relay');
  });

  it('retries another fault elsewhere, and stops when two accounts say the same', () => {
    assert.equal(brief(15, 'retry_elsewhere'), 'prefer_another after 0, else relay');
    assert.equal(brief(15, 'retry_elsewhere', { past: past(['a', 15]) }), 'relay withdrawing unmarked');
  });

  it('makes no more than the configured attempts for faults', () => {
    assert.equal(brief(15, 'retry_same', { past: past(['b', 15], ['b', 15]) }), 'relay');
    assert.equal(brief(17, 'retry_same', { past: past(['b', 17], ['b', 17]) }), 'broken');
  });

  it('does not repeat what may not be repeated, unless nothing was sent', () => {
    assert.equal(brief(15, 'retry_elsewhere', { repeatable: false }), 'relay');
    assert.equal(brief(17, 'retry_unsent', { repeatable: false }), 'same after 0, else broken');
  });

  it('does not retry faults when retries are off, but still fails over', () => {
    assert.equal(brief(15, 'retry_same', {}, { retriesEnabled: false }), 'relay');
    assert.equal(brief(6, 'fail_over', {}, { retriesEnabled: false }), 'only_another, else exhausted');
  });

  it('leaves a broken connection to the client, unless told to repeat, and then once', () => {
    assert.equal(brief(18, 'give_up_broken'), 'broken');
    assert.equal(brief(18, 'give_up_broken', {}, { repeatAmbiguous: true }), 'same after 0, else broken');
    assert.equal(brief(18, 'give_up_broken', { past: past(['b', 18]) }, { repeatAmbiguous: true }), 'broken');
  });

  it('starts no attempt when the time is up', () => {
    assert.equal(brief(6, 'fail_over', { elapsedMs: MINUTE }), 'exhausted');
    assert.equal(brief(15, 'retry_same', { elapsedMs: MINUTE }), 'relay');
  });

  it('answers itself where the upstream said nothing that may be passed on', () => {
    assert.equal(brief(3, 'refuse_redirect'), 'redirect');
    assert.equal(brief(16, 'give_up_waiting'), 'no_reply');
    assert.equal(brief(13, 'other_kind'), 'another_kind, else only_other_kind');
  });
});
