import assert from 'node:assert/strict';
import { fullest, rowsOf } from '../../../../frontend/src/features/overview/pool-rows.ts';
import { anAccount, at, aWindow } from '../../support/builders.ts';

const alertAbout = (name: string, code: 'login_expires_soon' | 'account_invalid') => ({
  id: `${code}:${name}`,
  code,
  message: `${name}: see to it`,
  since: at(0),
  account: { id: `acc_${name}`, name },
});

const names = ({ rows }: ReturnType<typeof rowsOf>) => rows.map(({ account }) => account.name);

describe('the accounts on the overview', () => {
  it('are those in trouble first, then those that serve, then those that are switched off', () => {
    const accounts = [
      anAccount({ name: 'off', status: 'inactive' }),
      anAccount({ name: 'fine' }),
      anAccount({ name: 'ending' }),
      anAccount({ name: 'limited', status: 'rate_limited' }),
      anAccount({ name: 'broken', status: 'invalid' }),
    ];
    const summary = rowsOf(accounts, [alertAbout('ending', 'login_expires_soon'), alertAbout('broken', 'account_invalid')]);
    assert.deepEqual(names(summary), ['broken', 'limited', 'ending', 'fine', 'off']);
    assert.deepEqual(
      summary.rows.map(({ warning }) => warning),
      [null, null, { kind: 'login_ends', at: at(20 * 86_400_000), isEstimate: true }, null, null],
    );
  });

  it('give a warning without an instant as the server words it', () => {
    const [row] = rowsOf(
      [anAccount({ name: 'ending', login_expires_at: null })],
      [alertAbout('ending', 'login_expires_soon')],
    ).rows;
    assert.deepEqual(row?.warning, { kind: 'other', message: 'ending: see to it' });
  });

  it('are six at most, but all that are in trouble', () => {
    const fine = Array.from({ length: 8 }, (_, index) => anAccount({ name: `fine${index}` }));
    const broken = Array.from({ length: 7 }, (_, index) => anAccount({ name: `broken${index}`, status: 'invalid' }));
    assert.deepEqual([rowsOf(fine, []).rows.length, rowsOf(fine, []).hidden], [6, 2]);
    assert.deepEqual([rowsOf([...fine, ...broken], []).rows.length, rowsOf([...fine, ...broken], []).hidden], [7, 8]);
  });

  it('show the window that ends first what they serve', () => {
    assert.deepEqual(fullest(anAccount({ windows: [aWindow('5h', 0.2), aWindow('7d', 0.4), aWindow('7d_opus', null)] })), {
      name: '7d',
      utilization: 0.4,
    });
    assert.equal(fullest(anAccount()), null);
  });
});
