import assert from 'node:assert/strict';
import { RefreshHolds } from '../../../src/accounts/refresh-holds.ts';
import { MINUTE, NOW } from '../../support/builders.ts';
import { manualTime } from '../../support/manual-time.ts';

describe('RefreshHolds', () => {
  const begin = () => {
    const time = manualTime();
    return { time, holds: new RefreshHolds(time.now, () => 0) };
  };

  it('holds nobody at first', () => {
    assert.equal(begin().holds.heldUntil('a', ''), null);
  });

  it('holds the account that got no answer, and no other', () => {
    const { holds } = begin();
    holds.unavailable('a');
    assert.deepEqual([holds.heldUntil('a', ''), holds.heldUntil('b', '')], [NOW + 500, null]);
  });

  it('begins with short waits again after an answer', () => {
    const { holds } = begin();
    for (let failures = 0; failures < 5; failures += 1) holds.unavailable('a');
    const long = holds.heldUntil('a', '');
    holds.answered('a');
    holds.unavailable('a');
    assert.deepEqual([long, holds.heldUntil('a', '')], [NOW + 8000, NOW + 500]);
  });

  it('holds everybody while one configuration is refused, and nobody with another', () => {
    const { holds } = begin();
    holds.refused('old');
    assert.deepEqual([holds.heldUntil('a', 'old'), holds.heldUntil('a', 'new')], [NOW + 10 * MINUTE, null]);
  });

  it('holds everybody as long as the endpoint asks, whatever the configuration', () => {
    const { holds } = begin();
    holds.throttled(30_000);
    assert.equal(holds.heldUntil('a', 'any'), NOW + 30_000);
  });

  it('backs off when the endpoint asks to wait without saying how long', () => {
    const { holds } = begin();
    const waits = [1, 2, 3].map(() => {
      holds.throttled(null);
      return (holds.heldUntil('a', '') ?? 0) - NOW;
    });
    assert.deepEqual(waits, [500, 1000, 2000]);
  });

  it('believes no wait beyond ten minutes', () => {
    const { holds } = begin();
    holds.throttled(365 * 24 * 60 * MINUTE);
    assert.equal(holds.heldUntil('a', ''), NOW + 10 * MINUTE);
  });

  it('forgets accounts that are gone', () => {
    const { holds } = begin();
    holds.unavailable('a');
    holds.unavailable('b');
    holds.keepOnly(new Set(['b']));
    assert.deepEqual([holds.heldUntil('a', ''), holds.heldUntil('b', '')], [null, NOW + 500]);
  });
});
