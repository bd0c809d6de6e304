/** What every implementation of the storage port does. Each implementation's test file calls this. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RecordStore } from '../../src/storage/store.ts';

export interface Note {
  readonly id: string;
  readonly text: string;
}

/** Opens a new, empty store, and gives the same one as a restarted process finds it (itself, when nothing is kept). */
export interface StoreUnderTest {
  readonly store: RecordStore<Note>;
  readonly reopen: () => Promise<RecordStore<Note>>;
}

const note = (id: string, text = id): Note => ({ id, text });
const idsOf = async (store: RecordStore<Note>): Promise<readonly string[]> => (await store.list()).map(({ id }) => id);

export function describeRecordStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a record store`, () => {
    let store: RecordStore<Note>;
    let reopen: StoreUnderTest['reopen'];

    beforeEach(async () => {
      ({ store, reopen } = await open());
    });

    it('starts empty', async () => {
      assert.deepEqual(await store.list(), []);
    });

    it('resolves with the record it has stored', async () => {
      assert.deepEqual(await store.update('a', () => note('a')), note('a'));
    });

    it('lists what was stored, also after a restart', async () => {
      await store.update('a', () => note('a'));
      assert.deepEqual(await (await reopen()).list(), [note('a')]);
    });

    it('hands the current record to the change', async () => {
      await store.update('a', () => note('a', 'first'));
      const stored = await store.update('a', (current) => note('a', `${current?.text} second`));
      assert.equal(stored?.text, 'first second');
    });

    it('hands undefined to the change of a record that is not there', async () => {
      const seen: unknown[] = [];
      await store.update('a', (current) => {
        seen.push(current);
        return current;
      });
      assert.deepEqual(seen, [undefined]);
    });

    it('keeps the order of creation through updates', async () => {
      for (const id of ['b', 'a', 'c']) await store.update(id, () => note(id));
      await store.update('b', () => note('b', 'changed'));
      assert.deepEqual(await idsOf(await reopen()), ['b', 'a', 'c']);
    });

    it('puts a record that was removed and made again last', async () => {
      for (const id of ['a', 'b']) await store.update(id, () => note(id));
      await store.update('a', () => undefined);
      await store.update('a', () => note('a'));
      assert.deepEqual(await idsOf(await reopen()), ['b', 'a']);
    });

    it('removes the record whose change returns undefined, for good', async () => {
      await store.update('a', () => note('a'));
      assert.equal(await store.update('a', () => undefined), undefined);
      assert.deepEqual(await (await reopen()).list(), []);
    });

    it('loses no update of a thousand at once on one record', async () => {
      const add = (current: Note | undefined) => note('a', String(Number(current?.text ?? 0) + 1));
      await Promise.all(Array.from({ length: 1000 }, () => store.update('a', add)));
      assert.deepEqual(await (await reopen()).list(), [note('a', '1000')]);
    });

    it('passes on what a change throws', async () => {
      const mistake = new RangeError('not this one');
      await assert.rejects(
        store.update('a', () => {
          throw mistake;
        }),
        mistake,
      );
    });

    it('leaves the record as it is when its change throws', async () => {
      await store.update('a', () => note('a'));
      await store.update('a', () => assert.fail('no')).catch(() => undefined);
      assert.deepEqual(await (await reopen()).list(), [note('a')]);
    });

    it('stores what others ask for beside a change that throws', async () => {
      const results = await Promise.allSettled([
        store.update('a', () => note('a')),
        store.update('b', () => assert.fail('no')),
        store.update('c', () => note('c')),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.deepEqual(await idsOf(await reopen()), ['a', 'c']);
    });

    it('refuses a record under another id than its own', async () => {
      await assert.rejects(
        store.update('a', () => note('b')),
        TypeError,
      );
      assert.deepEqual(await store.list(), []);
    });

    it('gives a list that later updates do not change', async () => {
      const before = await store.list();
      await store.update('a', () => note('a'));
      assert.deepEqual(before, []);
    });

    it('takes any text as an id', async () => {
      const ids = ['__proto__', 'constructor', 'toString', '../../etc/passwd', 'ä\u0000\u2028"\\', '7'];
      for (const id of ids) await store.update(id, () => note(id));
      assert.deepEqual(await idsOf(await reopen()), ids);
    });

    it('behaves as a map does, whatever happens to it in whatever order', async () => {
      const id = fc.constantFrom('a', 'b', 'c');
      const step = fc.record({ id, text: fc.option(fc.string(), { nil: undefined }), together: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          const tested = await open();
          const model = new Map<string, Note>();
          const running: Promise<unknown>[] = [];
          for (const { id: key, text, together } of steps) {
            const next = text === undefined ? undefined : note(key, text);
            if (next) model.set(key, next);
            else model.delete(key);
            running.push(tested.store.update(key, () => next));
            if (!together) await Promise.all(running);
          }
          await Promise.all(running);
          assert.deepEqual(await (await tested.reopen()).list(), [...model.values()]);
        }),
        { numRuns: 50 },
      );
    });
  });
}
