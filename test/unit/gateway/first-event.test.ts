import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FirstEventReader } from '../../../src/gateway/first-event.ts';
import { cutInto } from '../../support/cuts.ts';

function first(pieces: readonly (string | Buffer)[]) {
  const reader = new FirstEventReader();
  for (const piece of pieces) reader.see(Buffer.from(piece));
  return reader.found;
}

describe('the first event of a stream', () => {
  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    it(`is found behind pings and comments at every possible cut (${name})`, () => {
      const text = `\uFEFF: hi${end}${end}event: ping${end}data: {"type": "ping"}${end}${end}id: 1${end}event: error${end}data: {"ü":1}${end}${end}event: x${end}data: y${end}${end}`;
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        assert.deepEqual(first(cutInto(bytes, [cut])), { name: 'error', data: '{"ü":1}' }, `cut at ${cut}`);
      }
    });
  }

  it('is not there before its blank line', () => {
    assert.equal(first(['event: error\ndata: {}\n']), null);
    assert.deepEqual(first(['event: error\ndata: {}\n', '\n']), { name: 'error', data: '{}' });
  });

  it('has the lines of its data joined', () => {
    assert.equal(first(['event: a\ndata: 1\ndata: 2\n\n'])?.data, '1\n2');
  });

  it('is none without data (WHATWG HTML, section 9.2.6)', () => {
    assert.equal(first(['event: error\n\nevent: b\ndata: 1\n\n'])?.name, 'b');
  });

  it('takes its name from its type when it has none', () => {
    assert.equal(first(['data: {"type":"ping"}\n\ndata: {"type":"error"}\n\n'])?.name, 'error');
  });

  it('stays the first, whatever comes behind it', () => {
    const reader = new FirstEventReader();
    assert.ok(reader.see(Buffer.from('event: a\ndata: 1\n\n')));
    reader.see(Buffer.from('event: b\ndata: 2\n\n'));
    assert.equal(reader.found?.name, 'a');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array()), (pieces) => void first(pieces.map((piece) => Buffer.from(piece)))));
  });
});
