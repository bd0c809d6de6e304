import assert from 'node:assert/strict';
import { CircuitBreaker } from '../../../src/core/circuit-breaker.ts';
import { NOW } from '../../support/builders.ts';

const SECOND = 1000;
/** As many faults as it takes, from as many clients as it takes. */
function fail(breaker: CircuitBreaker, times: number, at = NOW, clients = 10): void {
  for (let i = 0; i < times; i += 1) breaker.note(at, `key_${i % clients}`, true, false);
}
function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  fail(breaker, 10);
  return breaker;
}

describe('the circuit breaker', () => {
  it('stays closed below ten faults in a row', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, 9);
    assert.equal(breaker.admit(NOW).kind, 'closed');
  });

  it('opens at ten faults in a row, for fifteen seconds', () => {
    const breaker = opened();
    assert.deepEqual(breaker.admit(NOW + 15 * SECOND - 1), { kind: 'open', until: NOW + 15 * SECOND });
  });

  it('begins to count anew after a success', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, 9);
    breaker.note(NOW, 'key', false, false);
    fail(breaker, 3);
    assert.equal(breaker.state(NOW), 'closed');
  });

  it('opens when more than half of twenty requests within thirty seconds fail', () => {
    const breaker = new CircuitBreaker();
    for (let i = 0; i < 10; i += 1) {
      breaker.note(NOW + i, `key_${i}`, true, false);
      breaker.note(NOW + i, 'fine', false, false);
    }
    assert.equal(breaker.state(NOW + 10), 'closed');
    breaker.note(NOW + 10, 'key_x', true, false);
    assert.equal(breaker.state(NOW + 10), 'open');
  });

  it('forgets what is older than thirty seconds', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, 9);
    fail(breaker, 1, NOW + 30 * SECOND);
    assert.equal(breaker.state(NOW + 30 * SECOND), 'closed');
  });

  it('is not opened by one client alone', () => {
    const breaker = new CircuitBreaker();
    fail(breaker, 100, NOW, 1);
    fail(breaker, 100, NOW, 3);
    assert.equal(breaker.state(NOW), 'closed');
  });

  it('lets one probe through after the pause, and no second one while it runs', () => {
    const breaker = opened();
    const later = NOW + 15 * SECOND;
    assert.equal(breaker.admit(later).kind, 'probe');
    assert.equal(breaker.admit(later + 1).kind, 'open');
  });

  it('closes when the probe succeeds', () => {
    const breaker = opened();
    const later = NOW + 15 * SECOND;
    breaker.admit(later);
    breaker.note(later, 'key', false, true);
    assert.equal(breaker.admit(later).kind, 'closed');
  });

  it('doubles the pause with every probe that fails, up to two minutes, and begins small again after a success', () => {
    const breaker = opened();
    let now = NOW;
    const pauses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const answer = breaker.admit(now);
      assert.equal(answer.kind, 'open');
      if (answer.kind !== 'open') return;
      pauses.push((answer.until - now) / SECOND);
      now = answer.until;
      assert.equal(breaker.admit(now).kind, 'probe');
      breaker.note(now, 'key', true, true);
    }
    assert.deepEqual(pauses, [15, 30, 60, 120, 120]);
    now += 120 * SECOND;
    breaker.admit(now);
    breaker.note(now, 'key', false, true);
    fail(breaker, 10, now);
    assert.deepEqual(breaker.admit(now), { kind: 'open', until: now + 15 * SECOND });
  });

  it('gives the probe to the next when one ended without a word about the upstream', () => {
    const breaker = opened();
    const later = NOW + 15 * SECOND;
    breaker.admit(later);
    breaker.noteNothing(true);
    assert.equal(breaker.admit(later).kind, 'probe');
  });

  it('does not wait for ever for a probe that never ends', () => {
    const breaker = opened();
    const later = NOW + 15 * SECOND;
    breaker.admit(later);
    assert.equal(breaker.admit(later + 60 * SECOND).kind, 'probe');
  });

  it('takes no notice of late outcomes of requests that began before it opened', () => {
    const breaker = opened();
    breaker.note(NOW + SECOND, 'key', false, false);
    assert.equal(breaker.state(NOW + SECOND), 'open');
  });
});
