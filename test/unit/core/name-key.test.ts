import assert from 'node:assert/strict';
import { nameKey } from '../../../src/core/name-key.ts';

describe('the key of a name', () => {
  const same = [
    ['Work', 'wORK', 'case'],
    ['\u00c9mile', 'E\u0301mile', 'composed and decomposed accents'],
    ['\u212b', '\u00e5', 'the sign and the letter'],
  ] as const;
  for (const [one, other, what] of same) it(`is the same for ${what}`, () => assert.equal(nameKey(one), nameKey(other)));

  it('differs for names that differ otherwise', () => assert.notEqual(nameKey('Emile'), nameKey('\u00c9mile')));
});
