import assert from 'node:assert/strict';
import { readPastedCode } from '../../../src/oauth/pasted-code.ts';

describe('readPastedCode', () => {
  const cases: readonly (readonly [string, string, ReturnType<typeof readPastedCode>])[] = [
    ['a plain code', 'abc', { code: 'abc', state: null, error: null }],
    ['code and state as the paste page shows them', 'abc#xyz', { code: 'abc', state: 'xyz', error: null }],
    ['blanks and line breaks from a terminal', '  ab\n c#x\r\n yz \n', { code: 'abc', state: 'xyz', error: null }],
    ['an empty state', 'abc#', { code: 'abc', state: null, error: null }],
    ['nothing', '   ', { code: '', state: null, error: null }],
    ['a whole address', 'https://x.test/cb?code=abc&state=xyz', { code: 'abc', state: 'xyz', error: null }],
    ['an address without a code', 'https://x.test/cb', { code: '', state: null, error: null }],
    [
      'an address with an error',
      'http://x.test/cb?error=access_denied&state=s',
      { code: '', state: 's', error: 'access_denied' },
    ],
    ['an error that is markup', 'http://x.test/cb?error=<script>1', { code: '', state: null, error: 'script1' }],
    ['an address that is none', 'https://', { code: '', state: null, error: null }],
    ['far too much', 'a'.repeat(9000), { code: '', state: null, error: null }],
  ];
  for (const [name, pasted, expected] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(readPastedCode(pasted), expected);
    });
  }
});
