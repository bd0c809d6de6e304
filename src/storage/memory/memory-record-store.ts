/** Records in memory: the same port without a disk, for tests and demonstrations. Nothing outlives the process. */
import type { RecordStore } from '../store.ts';

export function createMemoryRecordStore<T extends { readonly id: string }>(initial: Iterable<T> = []): RecordStore<T> {
  const records = new Map([...initial].map((record) => [record.id, record]));
  return {
    list: async () => [...records.values()],
    update: async (id, change) => {
      const current = records.get(id);
      const next = change(current);
      if (next !== undefined && next.id !== id) throw new TypeError('A record cannot change its id.');
      if (next === undefined) records.delete(id);
      else records.set(id, next);
      return next;
    },
  };
}
