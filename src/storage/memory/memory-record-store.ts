/** The storage port in memory: for tests, and for whatever need not outlive the process. */
import type { RecordStore } from '../store.ts';

export function createMemoryRecordStore<T extends { readonly id: string }>(initial: readonly T[] = []): RecordStore<T> {
  const records = new Map(initial.map((record) => [record.id, record]));
  return {
    list: () => Promise.resolve([...records.values()]),
    update: async (id, change) => {
      const next = change(records.get(id));
      if (next) records.set(id, next);
      else records.delete(id);
      return next;
    },
  };
}
