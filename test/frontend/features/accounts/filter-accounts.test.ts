import assert from 'node:assert/strict';
import {
  countByStatus,
  filterAccounts,
  readFilter,
  writeFilter,
} from '../../../../frontend/src/features/accounts/filter-accounts.ts';
import { anAccount, at, aWindow } from '../../support/builders.ts';

const STANDARD = { text: '', status: 'all', sort: 'trouble' } as const;

const accounts = [
  anAccount({
    name: 'b10',
    status: 'active',
    priority: 5,
    last_used_at: at(-1000),
    windows: [aWindow('5h', 0.2), aWindow('7d', 0.9)],
  }),
  anAccount({ name: 'b9', status: 'active', priority: -1, windows: [aWindow('5h', 0.5)], email: 'Ada@Example.com' }),
  anAccount({ name: 'limited', status: 'rate_limited', last_used_at: at(-5000) }),
  anAccount({ name: 'broken', status: 'invalid', plan: 'max', organization: { uuid: null, name: 'Analytical' } }),
  anAccount({ name: 'off', status: 'inactive' }),
];

const names = (filter: Parameters<typeof filterAccounts>[1]): string =>
  filterAccounts(accounts, filter)
    .map(({ name }) => name)
    .join(' ');

describe('the list of accounts', () => {
  const orders = {
    trouble: 'broken limited b9 b10 off',
    name: 'b9 b10 broken limited off',
    priority: 'b9 broken limited off b10',
    used: 'b10 limited b9 broken off',
    quota: 'b10 b9 broken limited off',
  } as const;
  for (const [sort, expected] of Object.entries(orders))
    it(`by ${sort} is ${expected}`, () => assert.equal(names({ ...STANDARD, sort: sort as keyof typeof orders }), expected));

  it('finds words wherever they stand, in any case, all of them', () => {
    assert.equal(names({ ...STANDARD, text: 'ADA' }), 'b9');
    assert.equal(names({ ...STANDARD, text: ' analytical  max ' }), 'broken');
    assert.equal(names({ ...STANDARD, text: 'analytical ada' }), '');
  });

  it('narrows to one status', () => assert.equal(names({ ...STANDARD, status: 'rate_limited' }), 'limited'));

  it('counts each status', () =>
    assert.deepEqual(countByStatus(accounts), { active: 2, rate_limited: 1, invalid: 1, inactive: 1 }));

  it('has an address for each view, and a short one for the usual', () => {
    const filter = { text: 'ada b', status: 'invalid', sort: 'quota' } as const;
    assert.deepEqual(readFilter(writeFilter(filter)), filter);
    assert.equal(writeFilter(STANDARD).toString(), '');
  });

  it('takes what it does not know in an address for the usual', () =>
    assert.deepEqual(readFilter(new URLSearchParams({ status: 'happy', sort: 'colour' })), STANDARD));
});
