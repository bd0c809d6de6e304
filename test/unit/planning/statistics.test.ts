import assert from 'node:assert/strict';
import { estimate, median } from '../../../src/planning/statistics.ts';

describe('the statistics of a plan', () => {
  it('give the mean with its 95 % interval', () => {
    const { mean, margin } = estimate([1, 2, 3]);
    assert.equal(mean, 2);
    assert.ok(Math.abs((margin ?? 0) - 4.303 / Math.sqrt(3)) < 1e-9);
  });

  it('widen the interval of 20 values as Student did', () => {
    const values = Array.from({ length: 20 }, (_, index) => index);
    assert.ok(Math.abs((estimate(values).margin ?? 0) - (2.093 * Math.sqrt(35)) / Math.sqrt(20)) < 0.001);
  });

  it('know no interval of a single value', () => {
    assert.deepEqual(estimate([4]), { mean: 4, margin: null });
  });

  it('give the median, also where some values are infinite', () => {
    assert.equal(median([9, 1, Number.POSITIVE_INFINITY]), 9);
    assert.equal(median([4, 2]), 3);
  });
});
