/** What is sealed opens only as what it was, in its own place, under a key that is listed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createRecordSeal, parseSealKey, type SealKey } from '../../../src/storage/record-seal.ts';
import { StorageError } from '../../../src/storage/store.ts';

const newKey = (): SealKey => {
  const key = parseSealKey(randomBytes(32).toString('base64'));
  assert.ok(key);
  return key;
};
const FILE = 'credentials.json';
const record = { id: 'acc_1', secret: 'hunter2' };

describe('a sealed record', () => {
  const key = newKey();
  const seal = createRecordSeal(FILE, [key]);

  it('opens as what it was', () => {
    fc.assert(
      fc.property(fc.record({ id: fc.string({ minLength: 1 }), secret: fc.string() }, { noNullPrototype: true }), (given) => {
        assert.deepEqual(createRecordSeal(FILE, [key]).open(seal.seal(given)), given);
      }),
    );
  });

  it('shows its id and nothing else', () => {
    const sealed = seal.seal(record);
    assert.deepEqual(Object.keys(sealed), ['id', 'sealed']);
    assert.doesNotMatch(JSON.stringify(sealed), /hunter2/);
  });

  it('is another text each time', () => {
    const texts = Array.from({ length: 2000 }, () => seal.seal(record).sealed.split('.')[2]);
    assert.equal(new Set(texts).size, texts.length);
  });

  it('does not open when any one of its bits is another', () => {
    const { id, sealed } = seal.seal(record);
    const [version, keyId, nonce = '', text = ''] = sealed.split('.');
    for (const [index, part] of [nonce, text].entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const parts = index === 0 ? [flipped.toString('base64url'), text] : [nonce, flipped.toString('base64url')];
        assert.throws(() => seal.open({ id, sealed: [version, keyId, ...parts].join('.') }), StorageError);
      }
    }
  });

  const moved: [string, () => unknown][] = [
    ['under the id of another record', () => seal.open({ ...seal.seal(record), id: 'acc_2' })],
    ['in another file', () => createRecordSeal('other.json', [key]).open(seal.seal(record))],
    ['cut short', () => seal.open({ id: 'acc_1', sealed: seal.seal(record).sealed.slice(0, -30) })],
    ['under another key', () => createRecordSeal(FILE, [newKey()]).open(seal.seal(record))],
    ['without any key', () => createRecordSeal(FILE, []).open(seal.seal(record))],
    ['of a form that nobody knows', () => seal.open({ id: 'acc_1', sealed: 'v9.00000000.a.b' })],
  ];
  for (const [what, open] of moved) {
    it(`does not open ${what}, and the reason holds nothing of it`, () => {
      assert.throws(open, (error: unknown) => {
        assert.ok(error instanceof StorageError);
        assert.doesNotMatch(error.message, /hunter2/);
        assert.match(error.message, /Nothing was changed/);
        return true;
      });
    });
  }
});

describe('keys', () => {
  const [old, next] = [newKey(), newKey()];

  it('that are listed all open; the first seals', () => {
    const before = createRecordSeal(FILE, [old]).seal(record);
    const rotating = createRecordSeal(FILE, [next, old]);
    assert.deepEqual(rotating.open(before), record);
    assert.deepEqual(createRecordSeal(FILE, [next]).open(rotating.seal(record)), record);
  });

  it('tell when something is still sealed under an older one, or lies in clear', () => {
    const fresh = createRecordSeal(FILE, [next, old]);
    fresh.open(createRecordSeal(FILE, [next]).seal(record));
    assert.equal(fresh.isStale, false);
    fresh.open(createRecordSeal(FILE, [old]).seal(record));
    assert.equal(fresh.isStale, true);
    const clear = createRecordSeal(FILE, [next]);
    clear.open(record);
    assert.equal(clear.isStale, true);
  });

  const wrong = [
    '',
    'short',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    '!'.repeat(43),
    ' '.repeat(44),
  ];
  for (const text of wrong) {
    it(`are not made from ${JSON.stringify(text)}`, () => assert.equal(parseSealKey(text), null));
  }
});
