import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contenders } from '../../../src/planning/contenders.ts';
import { generateTrace } from '../../../src/planning/generate-trace.ts';
import { offeredWork } from '../../../src/planning/offered-work.ts';
import { startsFor } from '../../../src/planning/plan.ts';
import { replay } from '../../../src/planning/replay.ts';
import { upperBound } from '../../../src/planning/upper-bound.ts';
import { DAY, NOW } from '../../support/builders.ts';
import { aRequest, aStart, everyMinute, workOf } from './planning-builders.ts';

describe('the upper bound', () => {
  it('is the work where there is quota enough', () => {
    const work = workOf(...everyMinute(4));
    assert.equal(upperBound(work, [aStart(1e6)]).servedCost, work.cost);
  });

  it('is the quota where there is work enough', () => {
    assert.equal(upperBound(workOf(...everyMinute(100)), [aStart(2000), aStart(3000)]).servedCost, 5000);
  });

  it('does not lend the quota of one week to another', () => {
    const start = aStart(1000, { weekEndsAt: NOW + DAY });
    assert.equal(upperBound(workOf(...everyMinute(100)), [start]).servedCost, 1000);
  });

  it('does not spend in a day more than the 5-hour windows of a day hold', () => {
    const start = aStart(1e6, { capacity: { weekly: 1e6, short: 100 } });
    assert.equal(upperBound(workOf(...everyMinute(100)), [start]).servedCost, 600);
  });

  it('knows the day on which somebody must be refused', () => {
    const work = workOf(aRequest(), ...everyMinute(9, { at: NOW + 1.5 * DAY }));
    assert.equal(upperBound(work, [aStart(2000)]).firstRefusalBy, NOW + 2 * DAY);
  });

  it('is exceeded by nobody, in served work and in waste avoided', () => {
    const worlds = fc.record({
      seed: fc.nat(1000),
      accounts: fc.integer({ min: 1, max: 4 }),
      load: fc.integer({ min: 40, max: 200 }),
    });
    fc.assert(
      fc.property(worlds, fc.constantFrom(...contenders), ({ seed, accounts, load }, contender) => {
        const work = offeredWork(generateTrace({ seed, accounts, days: 9 }));
        const starts = startsFor(work, { accounts, load: load / 100, seed });
        const bound = upperBound(work, starts);
        const { servedCost, spentCost, weeks, shortWindows } = replay(work, contender, starts);
        const overdrawn = [...weeks, ...shortWindows].reduce((sum, { used, limit }) => sum + Math.max(0, used - limit), 0);
        const expired = weeks.filter(({ endsAt }) => endsAt <= work.endsAt).reduce((sum, { ideal }) => sum + ideal, 0);
        assert.ok(servedCost - overdrawn <= bound.servedCost * (1 + 1e-9));
        assert.ok(expired - overdrawn <= bound.usableExpiring * (1 + 1e-9));
        assert.ok(spentCost >= servedCost * (1 - 1e-9), 'a request costs at least its ideal cost');
      }),
      { numRuns: 60 },
    );
  });
});
