import assert from 'node:assert/strict';
import { noOwnLimits } from '../../../src/core/account.ts';
import { type Exclusion, type SelectionQuery, whyNot } from '../../../src/core/eligibility.ts';
import { HOUR, inactive, invalidSince, limitedUntil, NOW } from '../../support/builders.ts';
import { aCandidate, accountNamed, aQuery } from '../../support/candidates.ts';

const LIMITS = { maxConcurrency: null, maxUtilization: 1 };
const window = (utilization: number, resetAt: number | null, name = '5h') => ({ name, status: 'allowed', utilization, resetAt });

interface Case {
  readonly what: string;
  readonly account?: Parameters<typeof accountNamed>[1];
  readonly busy?: Parameters<typeof aCandidate>[1];
  readonly query?: Partial<SelectionQuery>;
  readonly limits?: Partial<typeof LIMITS> | { maxConcurrency: number };
  readonly because: Exclusion | null;
}

const own = (over: Partial<typeof noOwnLimits>) => ({ limits: { ...noOwnLimits, ...over } });

const cases: readonly Case[] = [
  { what: 'an active account may serve', because: null },
  { what: 'a paused one may not', account: { status: inactive({ state: 'active' }) }, because: 'inactive' },
  { what: 'an invalid one may not', account: { status: invalidSince(NOW) }, because: 'invalid' },
  { what: 'one in its cooldown may not', account: { status: limitedUntil(NOW + 1) }, because: 'rate_limited' },
  { what: 'one whose cooldown has just elapsed may', account: { status: limitedUntil(NOW) }, because: null },
  { what: 'one that the request has tried may not', query: { tried: new Set(['a']) }, because: 'tried' },
  { what: 'one of the kind to avoid may not', query: { notKind: 'oauth' }, because: 'other_kind' },
  { what: 'one that is not the owner may not', query: { only: 'b' }, because: 'not_the_owner' },
  { what: 'the owner may', query: { only: 'a' }, because: null },
  {
    what: 'one that is benched for the family may not',
    account: { benches: [{ family: 'opus', until: NOW + 1 }] },
    query: { family: 'opus' },
    because: 'family_benched',
  },
  {
    what: 'one that is benched for another family may',
    account: { benches: [{ family: 'opus', until: NOW + 1 }] },
    query: { family: 'sonnet' },
    because: null,
  },
  {
    what: 'one whose bench is over may',
    account: { benches: [{ family: 'opus', until: NOW }] },
    query: { family: 'opus' },
    because: null,
  },
  { what: 'one at the limit for all may not', busy: { inFlight: 2 }, limits: { maxConcurrency: 2 }, because: 'busy' },
  { what: 'one below it may', busy: { inFlight: 1 }, limits: { maxConcurrency: 2 }, because: null },
  { what: 'one at its own limit may not', account: own({ maxConcurrency: 1 }), busy: { inFlight: 1 }, because: 'busy' },
  {
    what: 'one below its own limit may, whatever the limit for all',
    account: own({ maxConcurrency: 3 }),
    busy: { inFlight: 2 },
    limits: { maxConcurrency: 1 },
    because: null,
  },
  { what: 'one that another request is trying may not', busy: { onProbation: true }, because: 'on_probation' },
  {
    what: 'one that another request is trying may when nobody else came free',
    busy: { onProbation: true },
    query: { evenOnProbation: true },
    because: null,
  },
  {
    what: 'one over the share for all may not',
    account: { windows: [window(0.8, NOW + HOUR)] },
    limits: { maxUtilization: 0.8 },
    because: 'over_share',
  },
  {
    what: 'one below it may',
    account: { windows: [window(0.79, NOW + HOUR)] },
    limits: { maxUtilization: 0.8 },
    because: null,
  },
  {
    what: 'one over its own share may not',
    account: { ...own({ maxUtilization: 0.5 }), windows: [window(0.6, NOW + HOUR)] },
    because: 'over_share',
  },
  {
    what: 'one whose window has been reset may',
    account: { windows: [window(0.9, NOW)] },
    limits: { maxUtilization: 0.8 },
    because: null,
  },
  {
    what: 'one whose family window is full may, as far as shares go',
    account: { windows: [window(0.9, NOW + HOUR, '7d_opus')] },
    limits: { maxUtilization: 0.8 },
    because: null,
  },
  {
    what: 'at a share of 1 the upstream alone says what is used up',
    account: { windows: [window(1.2, NOW + HOUR)] },
    because: null,
  },
];

describe('eligibility', () => {
  for (const { what, account, busy, query, limits, because } of cases) {
    it(what, () => {
      const candidate = aCandidate(accountNamed('a', account), busy);
      assert.equal(whyNot(candidate, aQuery(query), { ...LIMITS, ...limits }), because);
    });
  }
});
