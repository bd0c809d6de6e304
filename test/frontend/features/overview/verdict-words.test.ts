import assert from 'node:assert/strict';
import { verdictWords } from '../../../../frontend/src/features/overview/verdict-words.ts';
import { at, someStatistics } from '../../support/builders.ts';

const counts = (active: number, limited: number, invalid: number, inactive = 0) => ({
  total_accounts: active + limited + invalid + inactive,
  active_accounts: active,
  rate_limited_accounts: limited,
  invalid_accounts: invalid,
  inactive_accounts: inactive,
});
const named = (name: string) => ({ id: `acc_${name}`, name });
const needy = (name: string) => ({ account: named(name), until: null });
const limited = (name: string, offset: number) => ({ account: named(name), until: at(offset) });

describe('the words of the verdict', () => {
  const SERVING = [
    ['There is no account yet.', counts(0, 0, 0)],
    ['The only account is switched off.', counts(0, 0, 0, 1)],
    ['All 2 accounts are switched off.', counts(0, 0, 0, 2)],
    ['The only account in use can serve.', counts(1, 0, 0, 1)],
    ['The only account in use cannot serve.', counts(0, 1, 0)],
    ['All 2 accounts in use can serve.', counts(2, 0, 0, 3)],
    ['2 of 3 accounts in use can serve.', counts(2, 0, 1)],
    ['Only 1 of 2 accounts in use can serve.', counts(1, 1, 0)],
    ['None of 2 accounts in use can serve.', counts(0, 1, 1)],
  ] as const;
  for (const [words, statistics] of SERVING)
    it(`say: ${words}`, () => assert.equal(verdictWords(someStatistics(statistics)).serving, words));

  it('name who needs a person, beside a pool that is healthy', () => {
    const statistics = someStatistics({ ...counts(2, 0, 1), system_health: 'healthy', absent_accounts: [needy('old-laptop')] });
    assert.deepEqual(verdictWords(statistics).needsPerson, {
      words: '1 account needs you',
      named: [named('old-laptop')],
      more: 0,
    });
  });

  it('name three who need a person, and count the others', () => {
    const absent = ['a', 'b', 'c', 'd'].map(needy);
    const words = verdictWords(someStatistics({ ...counts(0, 0, 12), absent_accounts: absent })).needsPerson;
    assert.deepEqual(
      [words?.words, words?.named.map(({ name }) => name), words?.more],
      ['12 accounts need you', ['a', 'b', 'c'], 9],
    );
  });

  it('ask nobody where all comes back by itself, and hand the instants on unworded', () => {
    const words = verdictWords(someStatistics({ ...counts(1, 5, 0), absent_accounts: [limited('weekend', 60_000)] }));
    assert.deepEqual(words.needsPerson, null);
    assert.deepEqual(words.comingBack, [{ account: named('weekend'), until: at(60_000) }]);
    assert.equal(words.moreComingBack, 4);
  });
});
