import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holds, wordOf } from '../../../src/gateway/find-word.ts';

const word = wordOf('"file_id"', 5);

const bodyOf = (...texts: readonly string[]) => {
  const chunks = texts.map((text) => Buffer.from(text));
  return { chunks, byteLength: chunks.reduce((sum, { length }) => sum + length, 0) };
};

describe('a word in a body', () => {
  it('is found in the middle of a chunk', () => assert.ok(holds(bodyOf('{"a":{"file_id":"file_1"}}'), word)));

  it('is found behind others that end alike', () =>
    assert.ok(holds(bodyOf('{"user_id":"u","batch_id":"b","file_id":"f"}'), word)));

  it('is not seen in others that end alike', () => assert.ok(!holds(bodyOf('{"user_id":"u","xfile_id":"b"}', '_id"'), word)));

  it('is found across any seams, and only where it is', () => {
    const piece = fc.constantFrom('"file', '_id"', '"file_id"', '"', 'file_id', '_', 'id"', 'x', '{"user_id":');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (pieces, cuts) => {
        const text = pieces.join('');
        const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        assert.equal(holds(bodyOf(...chunks), word), text.includes('"file_id"'));
      }),
    );
  });
});
