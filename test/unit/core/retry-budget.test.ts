import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RetryBudget } from '../../../src/core/retry-budget.ts';
import { NOW } from '../../support/builders.ts';

const takes = (budget: RetryBudget, at: number, times: number): number =>
  Array.from({ length: times }, () => budget.take(at)).filter(Boolean).length;

describe('the retry budget', () => {
  it('always allows three retries a second', () => {
    const budget = new RetryBudget();
    assert.equal(takes(budget, NOW, 10), 3);
    assert.equal(takes(budget, NOW + 1000, 10), 3);
  });

  it('allows a fifth of the requests of the last ten seconds', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 100; i += 1) budget.noteRequest(NOW);
    assert.equal(takes(budget, NOW + 9000, 100), 20);
  });

  it('forgets requests that are older than that', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 100; i += 1) budget.noteRequest(NOW);
    assert.equal(takes(budget, NOW + 10_000, 100), 3);
  });

  it('survives a clock that is set back', () => {
    const budget = new RetryBudget();
    assert.equal(takes(budget, NOW, 5), 3);
    assert.equal(takes(budget, NOW - 3_600_000, 5), 3);
  });

  it('never allows more than a fifth and three a second, whatever the traffic', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 3000 }), requests: fc.nat(30), asks: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const budget = new RetryBudget();
        let now = NOW;
        let requests = 0;
        let retries = 0;
        for (const { wait, requests: came, asks } of steps) {
          now += wait;
          for (let i = 0; i < came; i += 1) budget.noteRequest(now);
          requests += came;
          retries += takes(budget, now, asks);
        }
        const seconds = Math.floor(now / 1000) - Math.floor(NOW / 1000) + 1;
        assert.ok(retries <= requests * 0.2 + 3 * seconds);
      }),
    );
  });
});
