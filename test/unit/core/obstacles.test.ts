import assert from 'node:assert/strict';
import type { Account } from '../../../src/core/account.ts';
import type { Candidate } from '../../../src/core/eligibility.ts';
import { whyNot } from '../../../src/core/eligibility.ts';
import { obstaclesOf } from '../../../src/core/obstacles.ts';
import { HOUR, inactive, invalidSince, limitedUntil, NOW } from '../../support/builders.ts';
import { aCandidate, accountNamed, aQuery } from '../../support/candidates.ts';

const LIMITS = { maxConcurrency: 1, maxUtilization: 0.8 };
const query = aQuery({ family: 'opus' });
const obstacles = (account: Partial<Account>, busy: Partial<Candidate> = {}) =>
  obstaclesOf(aCandidate(accountNamed('a', account), busy), query, LIMITS);

const windows = [{ name: '5h', status: null, utilization: 0.9, resetAt: NOW + 3 * HOUR }];
const benches = [{ family: 'opus', until: NOW + 2 * HOUR }];

describe('what stands in the way of an account', () => {
  it('is nothing when selection may take it', () => assert.deepEqual(obstacles({}), []));

  it('is everything at once, in the order in which selection looks, with the end of what ends by itself', () => {
    const found = obstacles({ status: inactive(limitedUntil(NOW + HOUR)), benches, windows }, { inFlight: 1, onProbation: true });
    assert.deepEqual(found, [
      { exclusion: 'inactive', until: null },
      { exclusion: 'rate_limited', until: NOW + HOUR },
      { exclusion: 'family_benched', until: NOW + 2 * HOUR },
      { exclusion: 'busy', until: NOW },
      { exclusion: 'on_probation', until: NOW },
      { exclusion: 'over_share', until: NOW + 3 * HOUR },
    ]);
  });

  it('is also what an account that is switched off would come back to', () => {
    const found = obstacles({ status: inactive(invalidSince(NOW)) });
    assert.deepEqual(
      found.map(({ exclusion }) => exclusion),
      ['inactive', 'invalid'],
    );
  });

  it('leaves out a cooldown and a bench that are over', () => {
    assert.deepEqual(obstacles({ status: limitedUntil(NOW), benches: [{ family: 'opus', until: NOW }] }), []);
  });

  it('is there exactly when selection passes the account over, whatever its state', () => {
    const statuses = [{ state: 'active' }, limitedUntil(NOW + 1), invalidSince(NOW), inactive({ state: 'active' })] as const;
    for (const status of statuses)
      for (const over of [{}, { benches }, { windows }])
        for (const busy of [{}, { inFlight: 1 }, { onProbation: true }]) {
          const candidate = aCandidate(accountNamed('a', { status, ...over }), busy);
          assert.equal(obstaclesOf(candidate, query, LIMITS)[0]?.exclusion ?? null, whyNot(candidate, query, LIMITS));
        }
  });
});
