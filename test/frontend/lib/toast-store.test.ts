import assert from 'node:assert/strict';
import { createToastStore } from '../../../frontend/src/lib/toast-store.ts';

describe('the notes of the dashboard', () => {
  it('go by themselves when they are good news, and stay when they are not', () => {
    const due: (() => void)[] = [];
    const store = createToastStore((run) => due.push(run));
    store.show('Saved.');
    store.show('Not saved.', 'bad');
    for (const run of due) run();
    assert.deepEqual(
      store.list().map(({ text }) => text),
      ['Not saved.'],
    );
  });

  it('are three at most, the newest', () => {
    const store = createToastStore(() => undefined);
    for (const text of ['a', 'b', 'c', 'd']) store.show(text);
    assert.equal(
      store
        .list()
        .map(({ text }) => text)
        .join(''),
      'bcd',
    );
  });

  it('tell whoever listens, until they stop listening', () => {
    const store = createToastStore(() => undefined);
    let times = 0;
    const stop = store.subscribe(() => {
      times += 1;
    });
    store.show('a');
    store.dismiss(store.list()[0]?.id ?? 0);
    stop();
    store.show('b');
    assert.equal(times, 2);
  });
});
