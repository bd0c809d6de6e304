import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatKey, isWellFormedKey } from '../../../src/core/client-key-format.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("a client's key", () => {
  it('is hg_, 43 characters of secret and 6 of checksum, whatever the bytes', () => {
    fc.assert(fc.property(bytes, (random) => assert.match(formatKey(random), /^hg_[0-9A-Za-z]{49}$/)));
  });

  it('differs when the bytes differ', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => assert.equal(formatKey(a) === formatKey(b), Buffer.from(a).equals(Buffer.from(b)))),
    );
  });

  it('is recognised, and is not when one character is mistyped', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 3, max: 51 }), fc.constantFrom(...'0aZ9k'), (random, at, typo) => {
        const key = formatKey(random);
        const mistyped = key.slice(0, at) + typo + key.slice(at + 1);
        assert.ok(isWellFormedKey(key));
        assert.equal(isWellFormedKey(mistyped), mistyped === key);
      }),
    );
  });

  it('is not taken for one when it is something else', () => {
    for (const text of ['', 'hg_', 'hg_short', 'sk-ant-x', `hg_${'0'.repeat(49)}x`]) assert.ok(!isWellFormedKey(text), text);
  });
});
