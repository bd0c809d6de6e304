import assert from 'node:assert/strict';
import { type AccountForm, changeOf, formOf } from '../../../../frontend/src/features/accounts/edit-form.ts';
import { updateAccountSchema } from '../../../../src/contract/accounts.ts';
import { anAccount } from '../../support/builders.ts';

const account = anAccount({ priority: 3, max_concurrency: 4, max_utilization: 0.35, allow_overage: null });

const cases: readonly (readonly [what: string, edit: Partial<AccountForm>, change: object])[] = [
  ['nothing', {}, {}],
  ['a name, without blanks around it', { name: ' two ' }, { name: 'two' }],
  ['a priority', { priority: '-2' }, { priority: -2 }],
  ['a limit', { maxConcurrency: '9' }, { max_concurrency: 9 }],
  ['a limit that is given back to the configuration', { maxConcurrency: '' }, { max_concurrency: null }],
  ['a share, which is written in percent', { maxUtilizationPercent: '80' }, { max_utilization: 0.8 }],
  ['a share that is given back', { maxUtilizationPercent: ' ' }, { max_utilization: null }],
  ['overage that is refused', { allowOverage: 'no' }, { allow_overage: false }],
  ['blanks in the place of a secret', { secret: '  ' }, {}],
];

describe('the form of an account', () => {
  for (const [what, edit, change] of cases)
    it(`asks to change ${what}`, () => {
      const asked = changeOf(account, { ...formOf(account), ...edit });
      assert.deepEqual(asked, change);
      assert.ok(updateAccountSchema.safeParse(asked).success);
    });

  it('gives a secret to the field of its kind', () => {
    const secret = 'sk-test-secret';
    for (const [kind, change] of [
      ['api_key', { api_key: secret }],
      ['oauth_static', { access_token: secret }],
    ] as const) {
      const one = anAccount({ kind });
      assert.deepEqual(changeOf(one, { ...formOf(one), secret: ` ${secret} ` }), change);
    }
  });

  it('gives an overage back to the configuration', () => {
    const allowed = anAccount({ allow_overage: true });
    assert.deepEqual(changeOf(allowed, { ...formOf(allowed), allowOverage: 'configured' }), { allow_overage: null });
  });
});
