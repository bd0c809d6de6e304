import assert from 'node:assert/strict';
import { uniqueName } from '../../../src/accounts/create-account.ts';

describe('uniqueName', () => {
  it('keeps a free name, and numbers one that is taken in any spelling', () => {
    const taken = ['Work', 'work 2'];
    assert.deepEqual([uniqueName(' home ', taken), uniqueName('work', taken)], ['home', 'work 3']);
  });

  it('stays within a hundred characters', () => {
    const long = 'x'.repeat(150);
    assert.deepEqual([uniqueName(long, []).length, uniqueName(long, ['x'.repeat(100)])], [100, `${'x'.repeat(98)} 2`]);
  });
});
