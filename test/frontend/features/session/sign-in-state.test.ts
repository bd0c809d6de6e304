import assert from 'node:assert/strict';
import { readSignInState } from '../../../../frontend/src/features/session/sign-in-state.ts';

describe('after signing in', () => {
  it('one is back where one was', () =>
    assert.deepEqual(readSignInState({ from: '/accounts?status=invalid', ended: true }), {
      from: '/accounts?status=invalid',
      ended: true,
    }));

  for (const from of ['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/sign-in', 3, undefined])
    it(`nobody is sent to ${JSON.stringify(from)}`, () => assert.equal(readSignInState({ from }).from, '/'));

  it('an entry of another program is taken for none', () => {
    for (const state of [null, undefined, 'x', 7]) assert.deepEqual(readSignInState(state), { from: '/', ended: false });
  });
});
