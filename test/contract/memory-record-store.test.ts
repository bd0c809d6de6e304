import assert from 'node:assert/strict';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import { describeRecordStore, type Note } from './record-store.contract.ts';

describeRecordStore('memory', async () => {
  const store = createMemoryRecordStore<Note>();
  return { store, reopen: async () => store };
});

describe('the memory store', () => {
  it('starts with the records it is given', async () => {
    const store = createMemoryRecordStore<Note>([{ id: 'a', text: 'given' }]);
    assert.deepEqual(await store.list(), [{ id: 'a', text: 'given' }]);
  });
});
