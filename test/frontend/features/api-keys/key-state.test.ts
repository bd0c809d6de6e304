import assert from 'node:assert/strict';
import { sortKeys, stateOf } from '../../../../frontend/src/features/api-keys/key-state.ts';
import { aKey, at, NOW } from '../../support/builders.ts';

describe('a key', () => {
  const state = (over: Parameters<typeof aKey>[0]) => stateOf(aKey(over), NOW);
  it('is usable until it expires', () => {
    assert.equal(state({ expires_at: null }), 'usable');
    assert.equal(state({ expires_at: at(1) }), 'usable');
    assert.equal(state({ expires_at: at(0) }), 'expired');
  });
  it('is told to be disabled rather than expired: that is what a person can undo', () =>
    assert.equal(state({ enabled: false, expires_at: at(-1) }), 'disabled'));
  it('stands before older ones', () =>
    assert.deepEqual(
      sortKeys([
        aKey({ name: 'old', created_at: at(-9) }),
        aKey({ name: 'b', created_at: at(-1) }),
        aKey({ name: 'a', created_at: at(-1) }),
      ]).map(({ name }) => name),
      ['a', 'b', 'old'],
    ));
});
