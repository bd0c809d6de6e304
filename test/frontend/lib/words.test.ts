import assert from 'node:assert/strict';
import { eventTone, eventWords } from '../../../frontend/src/lib/event-words.ts';
import { isLoginEnding } from '../../../frontend/src/lib/login-end.ts';
import { anAccount, at, NOW } from '../support/builders.ts';

const DAY = 86_400_000;

describe('an event of an account', () => {
  it('has words and a tone', () =>
    assert.deepEqual([eventWords('quota_rejected'), eventTone('quota_rejected')], ['Quota used up', 'warn']));
  it('of a newer server is shown by its own name', () =>
    assert.deepEqual([eventWords('something_new'), eventTone('something_new')], ['Something new', 'plain']));
});

describe('a login', () => {
  const ending = (offset: number, status: 'active' | 'inactive' = 'active') =>
    isLoginEnding(anAccount({ login_expires_at: at(offset), status }), NOW);
  it('is ending from five days before its end on', () =>
    assert.deepEqual([ending(5 * DAY), ending(5 * DAY - 1), ending(-1)], [false, true, true]));
  it('of an account that is switched off is nobody’s worry', () => assert.equal(ending(DAY, 'inactive'), false));
  it('that does not end is not ending', () => assert.equal(isLoginEnding(anAccount({ login_expires_at: null }), NOW), false));
});
