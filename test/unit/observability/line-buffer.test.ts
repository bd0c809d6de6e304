import assert from 'node:assert/strict';
import { LineBuffer } from '../../../src/observability/line-buffer.ts';

describe('the line buffer', () => {
  /** `reading`: whether the other side keeps up. */
  const collect = ({ reading = true } = {}) => {
    const writes: string[] = [];
    const far = { reading, drained: (): void => undefined };
    const out = {
      write: (text: string | Uint8Array) => {
        writes.push(String(text));
        return far.reading;
      },
      once: (_event: string, listener: () => void) => {
        far.drained = listener;
        return process.stderr;
      },
    };
    const buffer = new LineBuffer(out, (count) => `${count} dropped\n`);
    const catchUp = () => {
      far.reading = true;
      far.drained();
    };
    return { writes, buffer, catchUp };
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

  it('asks for a line that is still to be made when it is due, in its turn', () => {
    const { writes, buffer } = collect();
    let made = 0;
    const make = () => {
      made += 1;
      return `${made} made\n`;
    };
    buffer.write('one\n');
    buffer.write(make);
    buffer.write('three\n');
    assert.equal(made, 0);
    buffer.flush();
    assert.deepEqual(writes, ['one\n1 made\nthree\n']);
  });

  it('lets no more than 64 lines wait to be made, so that making them never takes long', () => {
    const { buffer } = collect();
    let made = 0;
    const make = () => {
      made += 1;
      return '\n';
    };
    for (let n = 0; n < 64; n += 1) buffer.write(make);
    assert.equal(made, 64);
    buffer.flush();
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

  it('waits while nobody reads, and goes on as soon as somebody does', () => {
    const { writes, buffer, catchUp } = collect({ reading: false });
    buffer.write('one\n');
    buffer.flush();
    buffer.write('two\n');
    buffer.flush();
    assert.deepEqual(writes, ['one\n']);
    catchUp();
    assert.deepEqual(writes, ['one\n', 'two\n']);
  });

  it('holds no more than 4 MB for a reader that does not come, drops the rest, and says how many lines are missing', () => {
    const { writes, buffer, catchUp } = collect({ reading: false });
    const line = `${'x'.repeat(1023)}\n`;
    for (let n = 0; n < 64 + 4096 + 10; n += 1) buffer.write(line);
    assert.equal(buffer.dropped, 10);
    catchUp();
    const [, waited = ''] = writes;
    assert.equal(waited.length, 4096 * 1024 + '10 dropped\n'.length);
    assert.ok(waited.endsWith('\n10 dropped\n'));
  });

  it('writes what waits at the very end, read or not', () => {
    const { writes, buffer } = collect({ reading: false });
    buffer.write('one\n');
    buffer.flush();
    buffer.write('two\n');
    buffer.leave();
    assert.deepEqual(writes, ['one\n', 'two\n']);
  });

  it('makes the lines that are due also while nobody reads, without writing them', () => {
    const { writes, buffer, catchUp } = collect({ reading: false });
    let made = 0;
    buffer.write('one\n');
    buffer.flush();
    buffer.write(() => {
      made += 1;
      return `${made} made\n`;
    });
    buffer.flush();
    assert.deepEqual([made, writes], [1, ['one\n']]);
    catchUp();
    assert.deepEqual(writes, ['one\n', '1 made\n']);
  });
});
