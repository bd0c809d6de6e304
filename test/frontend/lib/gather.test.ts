import assert from 'node:assert/strict';
import { createGatherer } from '../../../frontend/src/lib/gather.ts';

describe('work that is wanted often', () => {
  it('is done together, each once, and then again', () => {
    const due: (() => void)[] = [];
    const done: string[] = [];
    const gatherer = createGatherer(1000, (run) => due.push(run));
    for (const name of ['a', 'b', 'a']) gatherer.want(name, () => done.push(name));
    assert.equal(due.length, 1);
    due.shift()?.();
    gatherer.want('a', () => done.push('again'));
    due.shift()?.();
    assert.deepEqual(done, ['a', 'b', 'again']);
  });
});
