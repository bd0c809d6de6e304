import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Account } from '../../../src/core/account.ts';
import { type Cursor, type SelectionQuery, selectAccount } from '../../../src/core/select-account.ts';
import { anAccount, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';

const BUFFER = MINUTE;
const RULES = { policy: 'round_robin', refreshBufferMs: BUFFER } as const;
const query = (over: Partial<SelectionQuery> = {}): SelectionQuery => ({
  now: NOW,
  family: null,
  tried: new Set(),
  notKind: null,
  home: null,
  ...over,
});
const account = (id: string, over: Partial<Account> = {}): Account =>
  anAccount({ id, createdAt: NOW - HOUR + id.charCodeAt(0), ...over });
const pool = (...ids: string[]) => ids.map((id) => account(id));
const pick = (accounts: readonly Account[], over: Partial<SelectionQuery> = {}, cursor: Cursor | null = null) =>
  selectAccount(accounts, query(over), cursor, RULES)?.account.id ?? null;
const cursorAt = (id: string): Cursor => account(id);

function picks(accounts: (round: number) => readonly Account[], rounds: number): string[] {
  let cursor: Cursor | null = null;
  return Array.from({ length: rounds }, (_, round) => {
    const choice = selectAccount(accounts(round), query(), cursor, RULES);
    if (!choice) return '-';
    cursor = { id: choice.account.id, createdAt: choice.account.createdAt };
    return choice.account.id;
  });
}

describe('choosing an account', () => {
  it('rotates in the order of creation', () => {
    assert.equal(picks(() => pool('a', 'b', 'c'), 7).join(''), 'abcabca');
  });

  it('does not depend on the order of the list', () => {
    assert.equal(picks(() => pool('c', 'a', 'b'), 4).join(''), 'abca');
  });

  it('keeps its place when accounts come and go', () => {
    const lists = [pool('a', 'b', 'c'), pool('a', 'c'), pool('a', 'b', 'c', 'd'), pool('b', 'd')];
    assert.equal(picks((round) => lists[round] ?? [], 4).join(''), 'acdb');
  });

  it('never serves from paused, invalid, limited, benched or tried accounts', () => {
    const accounts = [
      account('a', { status: inactive({ state: 'active' }) }),
      account('b', { status: invalidSince(NOW) }),
      account('c', { status: limitedUntil(NOW + 1) }),
      account('d', { benches: [{ family: 'opus', until: NOW + 1 }] }),
      account('e'),
    ];
    assert.equal(pick(accounts, { family: 'opus', tried: new Set(['e']) }), null);
    assert.equal(pick(accounts, { family: 'sonnet', tried: new Set(['e']) }), 'd');
  });

  it('takes a cooldown that has elapsed for over', () => {
    assert.equal(pick([account('a', { status: limitedUntil(NOW) })]), 'a');
  });

  it('prefers accounts whose token need not be refreshed first', () => {
    const accounts = [account('a', { expiresAt: NOW + BUFFER }), account('b')];
    assert.deepEqual([pick(accounts), pick(accounts, {}, cursorAt('b'))], ['b', 'b']);
    assert.equal(pick(accounts, { tried: new Set(['b']) }), 'a');
  });

  it('keeps a conversation at home while home is eligible, refresh or not', () => {
    const accounts = [account('a'), account('b', { expiresAt: NOW - 1 })];
    assert.deepEqual(selectAccount(accounts, query({ home: 'b' }), null, RULES)?.why, 'affinity');
    assert.equal(pick(accounts, { home: 'b' }), 'b');
    assert.equal(pick(accounts, { home: 'b', tried: new Set(['b']) }), 'a');
    assert.equal(pick(accounts, { home: 'gone' }), 'a');
  });

  it('finds an account of another kind when asked to', () => {
    const accounts = [account('a'), account('b', { kind: 'api_key', expiresAt: null })];
    assert.equal(pick(accounts, { notKind: 'oauth' }), 'b');
  });

  it('gives every eligible account the same share, however many are not', () => {
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(flags, fc.integer({ min: 1, max: 5 }), (usable, rounds) => {
        const accounts = usable.map((ok, index) =>
          account(String.fromCharCode(97 + index), ok ? {} : { status: invalidSince(NOW) }),
        );
        const eligible = usable.filter(Boolean).length;
        fc.pre(eligible > 0);
        const counts = Map.groupBy(
          picks(() => accounts, eligible * rounds),
          (id) => id,
        );
        assert.deepEqual(new Set([...counts.values()].map((all) => all.length)), new Set([rounds]));
      }),
    );
  });

  it('never serves from one account twice in a row while another eligible one waits', () => {
    const rounds = fc.array(fc.subarray(['a', 'b', 'c', 'd'], { minLength: 2 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(rounds, (lists) => {
        const chosen = picks((round) => pool(...(lists[round] ?? [])), lists.length);
        for (let i = 1; i < chosen.length; i++) assert.notEqual(chosen[i], chosen[i - 1]);
      }),
    );
  });
});
