import assert from 'node:assert/strict';
import { WriteBehind } from '../../../src/accounts/write-behind.ts';

function aWriter(refuses: () => boolean = () => false) {
  const written: string[] = [];
  const outcomes: boolean[] = [];
  const writer = new WriteBehind({
    write: async (id) => {
      if (refuses()) throw new Error('full');
      written.push(id);
    },
    delayMs: 3_600_000,
    retryMs: 3_600_000,
    onOutcome: ({ ok }) => outcomes.push(ok),
  });
  return { writer, written, outcomes };
}

describe('writing behind', () => {
  it('makes one write of many changes', async () => {
    const { writer, written } = aWriter();
    for (let i = 0; i < 5; i += 1) writer.touch('a');
    writer.touch('b');
    await writer.flush();
    assert.deepEqual(written, ['a', 'b']);
  });

  it('writes nothing twice', async () => {
    const { writer, written } = aWriter();
    writer.touch('a');
    await writer.flush();
    await writer.flush();
    assert.deepEqual(written, ['a']);
  });

  it('keeps what was refused, and says when storage refuses and when it takes writes again', async () => {
    let full = true;
    const { writer, written, outcomes } = aWriter(() => full);
    writer.touch('a');
    await writer.flush();
    assert.equal(writer.failing, true);
    full = false;
    await writer.flush();
    assert.deepEqual([written, outcomes, writer.failing], [['a'], [false, true], false]);
  });

  it('leaves out what somebody else has written meanwhile', async () => {
    const { writer, written } = aWriter();
    writer.touch('a');
    writer.forget('a');
    await writer.flush();
    assert.deepEqual(written, []);
  });
});
