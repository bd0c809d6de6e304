import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Account } from '../../../src/core/account.ts';
import type { Candidate } from '../../../src/core/eligibility.ts';
import { type Cursor, Roster } from '../../../src/core/roster.ts';
import { type Home, selectAccount } from '../../../src/core/select-account.ts';
import { invalidSince, MINUTE, NOW, SELECTION } from '../../support/builders.ts';
import { aCandidate, accountNamed, aQuery, candidatesNamed } from '../../support/candidates.ts';

const pick = (candidates: readonly Candidate[], over: Parameters<typeof aQuery>[0] = {}, cursor: Cursor | null = null) =>
  selectAccount(new Roster(candidates), aQuery(over), cursor, SELECTION)?.candidate.account.id ?? null;
const accounts = (...all: Account[]) => all.map((account) => aCandidate(account));
const homeIn = (candidates: readonly Candidate[], id: string, isCold = false): Home | null => {
  const candidate = candidates.find(({ account }) => account.id === id);
  return candidate ? { candidate, isCold } : null;
};

function picks(candidates: (round: number) => readonly Candidate[], rounds: number): string[] {
  let cursor: Cursor | null = null;
  return Array.from({ length: rounds }, (_, round) => {
    const choice = selectAccount(new Roster(candidates(round)), aQuery(), cursor, SELECTION);
    if (!choice) return '-';
    cursor = choice.candidate.account;
    return choice.candidate.account.id;
  });
}

describe('choosing an account', () => {
  it('rotates in the order of creation', () => {
    assert.equal(picks(() => candidatesNamed('a', 'b', 'c'), 7).join(''), 'abcabca');
  });

  it('keeps its place when accounts come and go', () => {
    const lists = [
      ['a', 'b', 'c'],
      ['a', 'c'],
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ].map((ids) => candidatesNamed(...ids));
    assert.equal(picks((round) => lists[round] ?? [], 4).join(''), 'acdb');
  });

  it('prefers accounts whose token need not be refreshed first', () => {
    const two = accounts(accountNamed('a', { expiresAt: NOW + MINUTE }), accountNamed('b'));
    assert.deepEqual([pick(two), pick(two, {}, accountNamed('b'))], ['b', 'b']);
    assert.equal(pick(two, { tried: new Set(['b']) }), 'a');
  });

  it('keeps a conversation at home while home is eligible, refresh or not', () => {
    const two = accounts(accountNamed('a'), accountNamed('b', { expiresAt: NOW - 1 }));
    const home = homeIn(two, 'b');
    assert.equal(selectAccount(new Roster(two), aQuery({ home }), null, SELECTION)?.why, 'affinity');
    assert.equal(pick(two, { home }), 'b');
    assert.equal(pick(two, { home, tried: new Set(['b']) }), 'a');
  });

  it('tells of every account that it looked at, and why it was passed over', () => {
    const three = accounts(accountNamed('a', { status: invalidSince(NOW) }), accountNamed('b'), accountNamed('c'));
    const looked: unknown[] = [];
    const look = ({ account }: Candidate, exclusion: unknown, score: unknown) => looked.push([account.id, exclusion, score]);
    selectAccount(new Roster(three), aQuery(), null, { ...SELECTION, look });
    assert.deepEqual(looked, [
      ['a', 'invalid', null],
      ['b', null, null],
    ]);
  });

  it('gives every eligible account the same share, however many are not', () => {
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(flags, fc.integer({ min: 1, max: 5 }), (usable, rounds) => {
        const all = usable.map((ok, index) =>
          aCandidate(accountNamed(String.fromCharCode(97 + index), ok ? {} : { status: invalidSince(NOW) })),
        );
        const eligible = usable.filter(Boolean).length;
        fc.pre(eligible > 0);
        const counts = Map.groupBy(
          picks(() => all, eligible * rounds),
          (id) => id,
        );
        assert.deepEqual(new Set([...counts.values()].map((served) => served.length)), new Set([rounds]));
      }),
    );
  });

  it('never serves from one account twice in a row while another eligible one waits', () => {
    const rounds = fc.array(fc.subarray(['a', 'b', 'c', 'd'], { minLength: 2 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(rounds, (lists) => {
        const chosen = picks((round) => candidatesNamed(...(lists[round] ?? [])), lists.length);
        for (let i = 1; i < chosen.length; i++) assert.notEqual(chosen[i], chosen[i - 1]);
      }),
    );
  });

  it('looks at one account in a large pool where every account can serve', () => {
    const thousand = Array.from({ length: 1000 }, (_, index) =>
      aCandidate(accountNamed('a', { id: `acc_${index}`, createdAt: index })),
    );
    let looked = 0;
    selectAccount(new Roster(thousand), aQuery(), accountNamed('a', { id: 'acc_499', createdAt: 499 }), {
      ...SELECTION,
      look: () => (looked += 1),
    });
    assert.equal(looked, 1);
  });
});
