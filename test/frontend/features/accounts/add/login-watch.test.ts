import assert from 'node:assert/strict';
import { authorizedSince, rememberAccounts } from '../../../../../frontend/src/features/accounts/add/login-watch.ts';
import { anAccount, at } from '../../../support/builders.ts';

const known = anAccount({ name: 'known', authorized_at: at(-1000) });

describe('a login that returns by itself', () => {
  const before = rememberAccounts([known]);

  it('is not over while nothing was authorized', () => {
    const used = { ...known, last_used_at: at(0), status: 'rate_limited' as const };
    const keyed = anAccount({ name: 'key', kind: 'api_key' });
    assert.equal(authorizedSince(before, [used, keyed]), undefined);
  });

  it('is noticed by the account that it added', () => {
    const added = anAccount({ name: 'new' });
    assert.equal(authorizedSince(before, [known, added]), added);
  });

  it('is noticed by the account that it authorized again', () => {
    const again = { ...known, authorized_at: at(0) };
    assert.equal(authorizedSince(before, [again]), again);
  });
});
