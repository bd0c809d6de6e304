import assert from 'node:assert/strict';
import { fromLocalInput, toLocalInput } from '../../../frontend/src/lib/local-input.ts';

describe('an instant in an input', () => {
  it('is the same after it was shown and read', () => {
    const instant = '2026-11-24T12:05:00.000Z';
    assert.match(toLocalInput(instant), /^2026-11-2\dT\d\d:05$/);
    assert.equal(fromLocalInput(toLocalInput(instant)), instant);
  });
  it('may be missing', () =>
    assert.deepEqual([toLocalInput(null), fromLocalInput(''), fromLocalInput('soon')], ['', null, null]));
});
