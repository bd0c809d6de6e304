/** The storage port over one durable JSON file. Changes that arrive together are written together. */
import { Low } from 'lowdb';
import { z } from 'zod';
import type { RecordStore } from '../store.ts';
import { StorageError } from '../store.ts';
import { DurableJsonFile } from './durable-json-file.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';

const VERSION = 1;

export interface JsonRecordStoreOptions<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  readonly fileSystem?: FileSystem;
  readonly now?: () => number;
}

export interface JsonRecordStore<T extends { readonly id: string }> extends RecordStore<T> {
  /** The main file was unreadable and its backup, which may be one write behind, took its place. */
  readonly restoredFromBackup: boolean;
}

interface Content<T> {
  readonly version: number;
  readonly records: readonly T[];
}

interface Waiting<T> {
  readonly id: string;
  readonly change: (current: T | undefined) => T | undefined;
  readonly resolve: (stored: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** @throws StorageError when the file is unreadable, of a newer version, or missing beside its own leftovers. */
export async function openJsonRecordStore<T extends { readonly id: string }>(
  options: JsonRecordStoreOptions<T>,
): Promise<JsonRecordStore<T>> {
  const contentSchema = z.object({ version: z.literal(VERSION), records: z.array(options.schema) });
  const file = new DurableJsonFile<Content<T>>(options.file, {
    fileSystem: options.fileSystem ?? nodeFileSystem,
    now: options.now ?? Date.now,
    parse(raw) {
      const version = (raw as { version?: unknown } | null)?.version;
      if (typeof version === 'number' && version > VERSION) {
        throw new StorageError(
          `${options.file} was written by a newer Headgate (version ${version}). Start that one, or restore an older backup.`,
        );
      }
      return contentSchema.parse(raw);
    },
  });
  const db = new Low<Content<T>>(file, { version: VERSION, records: [] });
  await db.read();
  return createStore(db, file);
}

function createStore<T extends { readonly id: string }>(
  db: Low<Content<T>>,
  file: DurableJsonFile<Content<T>>,
): JsonRecordStore<T> {
  let records: ReadonlyMap<string, T> = new Map(db.data.records.map((record) => [record.id, record]));
  let waiting: Waiting<T>[] = [];
  let draining = false;

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await commit(batch);
    }
    draining = false;
  }

  /** All changes of the batch become durable together, or none does. A change that throws concerns its own caller only. */
  async function commit(batch: readonly Waiting<T>[]): Promise<void> {
    const draft = new Map(records);
    const applied: { readonly waiter: Waiting<T>; readonly stored: T | undefined }[] = [];
    let dirty = false;
    for (const waiter of batch) {
      try {
        const current = draft.get(waiter.id);
        const next = waiter.change(current);
        if (next === undefined) dirty = draft.delete(waiter.id) || dirty;
        else if (next !== current) dirty = Boolean(draft.set(waiter.id, next));
        applied.push({ waiter, stored: next });
      } catch (error) {
        waiter.reject(error);
      }
    }
    try {
      if (dirty) {
        db.data = { version: VERSION, records: [...draft.values()] };
        await db.write();
        records = draft;
      }
      for (const { waiter, stored } of applied) waiter.resolve(stored);
    } catch (error) {
      db.data = { version: VERSION, records: [...records.values()] };
      for (const { waiter } of applied) waiter.reject(error);
    }
  }

  return {
    get restoredFromBackup() {
      return file.restored;
    },
    list: () => Promise.resolve([...records.values()]),
    update(id, change) {
      const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
      waiting.push({ id, change, resolve, reject });
      // A turn later, so that changes made in the same turn share one write.
      if (!draining) queueMicrotask(() => void (draining || drain()));
      return promise;
    },
  };
}
