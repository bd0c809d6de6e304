/** Sizes: what is read, what is refused, and that writing and reading agree. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatSize, parseSize } from '../../../src/config/size.ts';

describe('parseSize', () => {
  const readable: [string, number][] = [
    ['0', 0],
    ['1024', 1024],
    ['17b', 17],
    ['256kb', 262_144],
    ['32mb', 33_554_432],
    ['32MB', 33_554_432],
    ['32 mb', 33_554_432],
    ['1gb', 1_073_741_824],
  ];
  for (const [text, bytes] of readable) {
    it(`reads ${text} as ${bytes} bytes`, () => assert.equal(parseSize(text), bytes));
  }

  for (const text of ['', 'mb', '-1', '1.5mb', '1tb', '1mib', '1e3', '1 k', '99999999999999gb', '1mb1kb']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseSize(text), undefined));
  }

  it('reads back whatever formatSize writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => parseSize(formatSize(bytes)) === bytes),
    );
  });
});

describe('formatSize', () => {
  it('writes the largest unit without a fraction', () => {
    assert.deepEqual([0, 1, 1023, 1024, 1536, 33_554_432].map(formatSize), ['0b', '1b', '1023b', '1kb', '1536b', '32mb']);
  });
});
