import assert from 'node:assert/strict';
import { LineBuffer } from '../../../src/observability/line-buffer.ts';

describe('the line buffer', () => {
  const collect = () => {
    const writes: string[] = [];
    return { writes, buffer: new LineBuffer((text) => writes.push(text)) };
  };

  it('writes nothing by itself while little is there', () => {
    const { writes, buffer } = collect();
    buffer.write('one\n');
    assert.deepEqual(writes, []);
    buffer.flush();
  });

  it('writes all lines at once, in their order', () => {
    const { writes, buffer } = collect();
    buffer.write('one\n');
    buffer.write('two\n');
    buffer.flush();
    assert.deepEqual(writes, ['one\ntwo\n']);
  });

  it('writes nothing twice', () => {
    const { writes, buffer } = collect();
    buffer.write('one\n');
    buffer.flush();
    buffer.flush();
    assert.deepEqual(writes, ['one\n']);
  });

  it('does not wait when 64 KB are there', () => {
    const { writes, buffer } = collect();
    buffer.write('x'.repeat(64 * 1024));
    assert.equal(writes.length, 1);
  });
});
