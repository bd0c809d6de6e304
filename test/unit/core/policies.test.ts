import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QuotaWindow } from '../../../src/core/account.ts';
import type { Candidate } from '../../../src/core/eligibility.ts';
import type { PolicyName } from '../../../src/core/policies.ts';
import { Roster } from '../../../src/core/roster.ts';
import { type Home, selectAccount } from '../../../src/core/select-account.ts';
import { DAY, HOUR, NOW, SELECTION } from '../../support/builders.ts';
import { aCandidate, accountNamed, aQuery } from '../../support/candidates.ts';

const quota = (name: string, utilization: number | null, resetAt: number | null): QuotaWindow => ({
  name,
  status: null,
  utilization,
  resetAt,
});
const fiveHours = (used: number, leftMs: number | null) => quota('5h', used, leftMs === null ? null : NOW + leftMs);
const week = (used: number, leftMs: number) => quota('7d', used, NOW + leftMs);
const withWindows = (id: string, ...windows: QuotaWindow[]) => aCandidate(accountNamed(id, { windows }));

interface Options {
  readonly family?: string;
  readonly home?: Home | null;
  readonly moveCold?: boolean;
}
function choose(policy: PolicyName, candidates: readonly Candidate[], { family, home = null, moveCold = false }: Options = {}) {
  const query = aQuery({ family: family ?? null, home });
  return selectAccount(new Roster(candidates), query, null, { ...SELECTION, policy, moveCold })?.candidate.account.id ?? null;
}

describe('least_loaded', () => {
  const busy = (id: string, inFlight: number) => aCandidate(accountNamed(id), { inFlight });
  it('takes the account with the fewest attempts in flight', () => {
    assert.equal(choose('least_loaded', [busy('a', 2), busy('b', 1), busy('c', 3)]), 'b');
  });
  it('takes the next in turn among equals', () => {
    const all = [busy('a', 1), busy('b', 1), busy('c', 0), busy('d', 0)];
    const cursor = accountNamed('c');
    assert.equal(
      selectAccount(new Roster(all), aQuery(), cursor, { ...SELECTION, policy: 'least_loaded' })?.candidate.account.id,
      'd',
    );
  });
});

describe('priority', () => {
  const ranked = (id: string, priority: number) => aCandidate(accountNamed(id, { priority }));
  it('takes the smallest number, and the next only when that one is not eligible', () => {
    const all = [ranked('a', 5), ranked('b', -1), ranked('c', 0)];
    assert.equal(choose('priority', all), 'b');
    assert.equal(
      selectAccount(new Roster(all), aQuery({ tried: new Set(['b']) }), null, { ...SELECTION, policy: 'priority' })?.candidate
        .account.id,
      'c',
    );
  });
});

describe('quota_aware', () => {
  it('prefers the sooner weekly reset where all else is equal', () => {
    const all = [withWindows('a', week(0.5, 6 * DAY)), withWindows('b', week(0.5, 2 * DAY))];
    assert.equal(choose('quota_aware', all), 'b');
  });

  it('prefers the larger remainder where the resets are equal', () => {
    const all = [withWindows('a', week(0.7, 3 * DAY)), withWindows('b', week(0.3, 3 * DAY))];
    assert.equal(choose('quota_aware', all), 'b');
  });

  it('prefers a dormant account, so that its clock starts', () => {
    const all = [
      withWindows('a', fiveHours(0, 5 * HOUR), week(0.5, 3 * DAY)),
      withWindows('b', fiveHours(0.9, null), week(0.5, 3 * DAY)),
    ];
    assert.equal(choose('quota_aware', all), 'b');
  });

  it('counts a family window for requests of that family only', () => {
    const all = [withWindows('a', quota('7d_opus', 0.99, NOW + 6 * DAY)), withWindows('b', week(0.6, 3 * DAY))];
    assert.equal(choose('quota_aware', all, { family: 'opus' }), 'b');
    assert.equal(choose('quota_aware', all, { family: 'sonnet' }), 'a');
  });

  it('puts accounts that are billed per token last, the least busy of them first, unless the operator says otherwise', () => {
    const key = (id: string, inFlight: number, priority = 0) =>
      aCandidate(accountNamed(id, { kind: 'api_key', priority, expiresAt: null }), { inFlight });
    const tired = withWindows('z', fiveHours(0.99, 5 * HOUR), week(0.99, 7 * DAY));
    assert.equal(choose('quota_aware', [key('a', 0), tired]), 'z');
    assert.equal(choose('quota_aware', [key('a', 2), key('b', 1)]), 'b');
    assert.equal(choose('quota_aware', [key('a', 0, -1), tired]), 'a');
  });

  it('breaks ties by attempts in flight, then by the longest rest', () => {
    const equal = (id: string, inFlight: number, lastUsedAt: number) => aCandidate(accountNamed(id), { inFlight, lastUsedAt });
    assert.equal(choose('quota_aware', [equal('a', 1, 5), equal('b', 0, 9)]), 'b');
    assert.equal(choose('quota_aware', [equal('a', 0, 9), equal('b', 0, 5)]), 'b');
  });

  it('never moves a warm conversation, whatever the others have left', () => {
    const all = [withWindows('a', fiveHours(0.99, HOUR)), withWindows('b', fiveHours(0, null))];
    const [first] = all;
    assert.ok(first);
    assert.equal(choose('quota_aware', all, { home: { candidate: first, isCold: false }, moveCold: true }), 'a');
  });

  it('moves a cold one for clearly more quota, when it may', () => {
    const all = [
      withWindows('a', week(0.5, 3 * DAY)),
      withWindows('b', week(0.4, 3 * DAY)),
      withWindows('c', week(0.49, 3 * DAY)),
    ];
    const [a, b, c] = all;
    assert.ok(a && b && c);
    const home = { candidate: a, isCold: true };
    assert.equal(choose('quota_aware', all, { home, moveCold: true }), 'b');
    assert.equal(choose('quota_aware', all, { home, moveCold: false }), 'a');
    assert.equal(choose('quota_aware', [a, c], { home, moveCold: true }), 'a');
    assert.equal(choose('round_robin', all, { home, moveCold: true }), 'a');
  });

  const anyWindow = fc.record({
    name: fc.constantFrom('5h', '7d', '7d_opus', 'overage', '1m'),
    status: fc.constant(null),
    utilization: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    resetAt: fc.option(fc.integer({ min: NOW - DAY, max: NOW + 8 * DAY })),
  });
  const anyPool = fc.array(
    fc.record({ windows: fc.array(anyWindow, { maxLength: 4 }), inFlight: fc.nat(3), lastUsedAt: fc.nat(9) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  const poolOf = (all: readonly { windows: QuotaWindow[]; inFlight: number; lastUsedAt: number }[]) =>
    all.map(({ windows, ...busy }, index) => aCandidate(accountNamed(String.fromCharCode(97 + index), { windows }), busy));

  it('finds somebody in every pool of eligible accounts, whatever is known or unknown of their windows', () => {
    fc.assert(fc.property(anyPool, (all) => choose('quota_aware', poolOf(all), { family: 'opus' }) !== null));
  });

  it('depends on the order of the accounts only among exact equals', () => {
    fc.assert(
      fc.property(anyPool, (all) => {
        const there = poolOf(all);
        const back = poolOf(all.toReversed());
        const chosen = (pool: Candidate[], id: string | null) => pool.find(({ account }) => account.id === id);
        const one = chosen(there, choose('quota_aware', there));
        const other = chosen(back, choose('quota_aware', back));
        const facts = (candidate?: Candidate) => [candidate?.inFlight, candidate?.lastUsedAt];
        assert.deepEqual(facts(one), facts(other));
      }),
    );
  });
});
