import assert from 'node:assert/strict';
import { recogniseCode } from '../../../src/cli/recognise-code.ts';

const STATE = 'the-state';

describe('what is recognised in a pasted code', () => {
  for (const [pasted, kind, words] of [
    ['abc123', 'code', /^a code$/],
    [`abc123#${STATE}`, 'code', /^a code with its state$/],
    [`https://example.org/callback?code=abc&state=${STATE}`, 'code', /^the address of the page/],
    ['abc123#another', 'unfit', /belongs to another login/],
    ['https://example.org/callback?code=abc&state=another', 'unfit', /belongs to another login/],
    ['https://example.org/callback?error=access_denied', 'unfit', /The page says "access_denied"/],
    ['https://example.org/', 'unfit', /no code in that/],
    ['', 'unfit', /no code in that/],
  ] as const)
    it(`"${pasted}" is ${kind === 'code' ? 'taken' : 'refused'}, and said what it is`, () => {
      const recognition = recogniseCode(pasted, STATE);
      assert.equal(recognition.kind, kind);
      assert.match(recognition.words, words);
    });
});
