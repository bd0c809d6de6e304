import assert from 'node:assert/strict';
import { nextChance } from '../../../src/core/next-chance.ts';
import { HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';
import { aCandidate, accountNamed, aQuery } from '../../support/candidates.ts';

const LIMITS = { maxConcurrency: 1, maxUtilization: 0.8 };
const chance = (...candidates: ReturnType<typeof aCandidate>[]) => nextChance(candidates, aQuery({ family: 'opus' }), LIMITS);

describe('the next chance of a request that nobody can serve', () => {
  it('is the earliest end of a cooldown', () => {
    const limited = (id: string, until: number) => aCandidate(accountNamed(id, { status: limitedUntil(until) }));
    assert.equal(chance(limited('a', NOW + HOUR), limited('b', NOW + MINUTE)), NOW + MINUTE);
  });

  it('is the end of a bench for the request’s family', () => {
    assert.equal(chance(aCandidate(accountNamed('a', { benches: [{ family: 'opus', until: NOW + 5 }] }))), NOW + 5);
  });

  it('is the reset of the window whose share is used up', () => {
    const windows = [{ name: '5h', status: null, utilization: 0.9, resetAt: NOW + HOUR }];
    assert.equal(chance(aCandidate(accountNamed('a', { windows }))), NOW + HOUR);
  });

  it('is any moment where somebody is only busy, or being tried', () => {
    assert.equal(chance(aCandidate(accountNamed('a'), { inFlight: 1 })), NOW);
    assert.equal(chance(aCandidate(accountNamed('a'), { onProbation: true })), NOW);
  });

  it('never comes from accounts that need a person', () => {
    const paused = aCandidate(accountNamed('a', { status: inactive({ state: 'active' }) }));
    assert.equal(chance(paused, aCandidate(accountNamed('b', { status: invalidSince(NOW) }))), null);
    assert.equal(chance(), null);
  });
});
