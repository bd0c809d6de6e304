import assert from 'node:assert/strict';
import { isOther, noteFor } from '../../../../../frontend/src/features/accounts/add/added.ts';
import { anAccount } from '../../../support/builders.ts';

const studio = anAccount({ name: 'studio', email: 'ada@example.test' });

describe('the end of adding an account', () => {
  it('is told with name and address', () =>
    assert.equal(
      noteFor({ result: 'created', account: studio }, null),
      'studio (ada@example.test) is added and serves from now on.',
    ));

  it('tells the address once where it is the name', () =>
    assert.equal(
      noteFor({ result: 'created', account: anAccount({ name: 'ada@example.test', email: 'ada@example.test' }) }, null),
      'ada@example.test is added and serves from now on.',
    ));

  it('tells of an account that was there already', () =>
    assert.match(noteFor({ result: 'reauthorized', account: studio }, null) ?? '', /studio was in the pool already/));

  it('tells of the account that was to be authorized again', () =>
    assert.equal(
      noteFor({ result: 'reauthorized', account: studio }, studio),
      'studio is authorized again and serves from now on.',
    ));

  it('is shown instead of told when another account was recognised', () => {
    const end = { result: 'reauthorized', account: studio } as const;
    assert.deepEqual([isOther(end, anAccount({ name: 'weekend' })), noteFor(end, anAccount({ name: 'weekend' }))], [true, null]);
  });

  for (const status of ['invalid', 'inactive', 'rate_limited'] as const)
    it(`is shown instead of told when the account is ${status}`, () =>
      assert.equal(noteFor({ result: 'created', account: anAccount({ status }) }, null), null));
});
