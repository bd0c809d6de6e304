import assert from 'node:assert/strict';
import type { Account } from '../../../src/core/account.ts';
import { type PolicyName, policies } from '../../../src/core/policies.ts';
import { Ranking } from '../../../src/core/ranking.ts';
import { DAY, HOUR, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';
import { aCandidate, accountNamed } from '../../support/candidates.ts';

const rankingOf = (policy: PolicyName, ...accounts: Account[]) =>
  new Ranking(
    accounts.map((account) => aCandidate(account)),
    { policy: policies[policy], family: null, refreshBufferMs: MINUTE },
  );
const first = (ranking: Ranking, now = NOW) => ranking.first(0, now, () => true)?.account.id;

/** Those that are shown before `ends` is found, and `ends`. */
function shownUntil(ranking: Ranking, ends: string, start = 0): string {
  let shown = '';
  ranking.first(start, NOW, ({ account }) => {
    shown += account.id;
    return account.id === ends;
  });
  return shown;
}

describe('the ranking of candidates', () => {
  it('goes by scores that are a second old at most', () => {
    const window = (resetAt: number) => [{ name: '7d', status: null, utilization: 0.5, resetAt }];
    const ending = accountNamed('b', { windows: window(NOW + 1) });
    const ranking = rankingOf('quota_aware', accountNamed('a', { windows: window(NOW + 2 * DAY) }), ending);
    assert.deepEqual(
      [NOW, NOW + 999, NOW + 1000].map((now) => first(ranking, now)),
      ['b', 'b', 'a'],
    );
  });

  it('has an account back at the instant at which its cooldown ends', () => {
    const ranking = rankingOf('round_robin', accountNamed('a', { status: limitedUntil(NOW + 300) }), accountNamed('b'));
    assert.deepEqual(
      [NOW, NOW + 299, NOW + 300].map((now) => first(ranking, now)),
      ['b', 'b', 'a'],
    );
  });

  it('puts an account behind the others at the instant at which its token is due to be refreshed', () => {
    const ranking = rankingOf('round_robin', accountNamed('a', { expiresAt: NOW + MINUTE + 300 }), accountNamed('b'));
    assert.deepEqual(
      [NOW, NOW + 299, NOW + 300].map((now) => first(ranking, now)),
      ['a', 'a', 'b'],
    );
  });

  it('is made anew when somebody sets the clock back', () => {
    const ranking = rankingOf('round_robin', accountNamed('a', { expiresAt: NOW + HOUR }), accountNamed('b'));
    assert.deepEqual(
      [NOW + HOUR, NOW].map((now) => first(ranking, now)),
      ['b', 'a'],
    );
  });

  it('shows of those that are away the ones that would have come before everybody else', () => {
    const status = invalidSince(NOW);
    const away = (id: string, priority = 0) => accountNamed(id, { status, priority });
    assert.equal(shownUntil(rankingOf('round_robin', away('a'), accountNamed('b'), away('c'), accountNamed('d')), 'b'), 'ab');
    assert.equal(shownUntil(rankingOf('round_robin', away('a'), accountNamed('b'), away('c'), accountNamed('d')), 'd', 2), 'cd');
    const ranked = rankingOf('priority', away('a', 2), accountNamed('b', { priority: 1 }), away('c', -1), away('d', 0));
    assert.equal(shownUntil(ranked, 'b'), 'cdb');
  });

  it('shows three of those that are away and no more, however large the pool', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      accountNamed('x', { id: 'x', createdAt: index, status: invalidSince(NOW) }),
    );
    assert.equal(shownUntil(rankingOf('round_robin', ...many, accountNamed('z')), 'z'), 'xxxz');
  });

  it('finds nobody among nobody, and among those that are all away', () => {
    assert.deepEqual(
      [first(rankingOf('priority')), first(rankingOf('priority', accountNamed('a', { status: invalidSince(NOW) })))],
      [undefined, undefined],
    );
  });
});
