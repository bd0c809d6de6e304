/**
 * A collection of records in one durable file. Updates that arrive while a write is under way share the next one, so that a
 * thousand at once are a few writes; each still resolves only when its own change is on the disk.
 */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Low } from 'lowdb';
import { z } from 'zod';
import type { RecordSeal } from '../record-seal.ts';
import { storageFailure } from '../storage-failure.ts';
import { type RecordStore, StorageError } from '../store.ts';
import { DurableJsonFile, type JsonFileDeps } from './durable-json-file.ts';
import { firstFault, type Migration, type Versioned } from './load-json.ts';

/** Updates that may wait for the disk; beyond it the caller is told at once that storage cannot keep up. */
const MAX_WAITING = 10_000;

/** Records that are checked or turned into bytes before requests get their turn: a full account takes about 0.7 ms. */
const RECORDS_PER_TURN = 10;

interface WithId {
  readonly id: string;
}

interface Document<T> extends Versioned {
  /** In the order of creation. */
  readonly records: readonly T[];
}

export interface JsonRecordStoreOptions<T extends WithId> {
  /** Absolute path. */
  readonly file: string;
  /** Format number of the file. It grows whenever the schema accepts something it did not accept before. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** Brings the file from each older format to the next. */
  readonly migrations?: readonly Migration[];
  /** How records are sealed, when they are. */
  readonly seal?: RecordSeal;
  /** Changes each record that comes from a backup, before it is written and used. */
  readonly afterRestore?: (record: T) => T;
}

export interface JsonRecordStore<T extends WithId> extends RecordStore<T> {
  /** At opening the file was damaged and its backup was used: what was written last may be missing. */
  readonly restoredFromBackup: boolean;
}

/**
 * Opens the store, makes it when there never was one, or restores it from its backup. The caller holds the folder's lock.
 * @throws StorageError with the remedy when the file cannot be used
 */
export async function openJsonRecordStore<T extends WithId>(
  options: JsonRecordStoreOptions<T>,
  deps: JsonFileDeps,
): Promise<JsonRecordStore<T>> {
  const { file, version, schema, afterRestore, migrations, seal } = options;
  const initial: Document<T> = { version, records: [] };
  const serializer = createSerializer<T>(seal?.seals ? (record) => seal.seal(record) : (record) => record);
  const format = {
    file,
    version,
    schema: documentSchema(version, schema),
    migrations,
    decode: seal && ((document: unknown) => withRecords(document, (record) => seal.open(record))),
    initial,
    serialize: serializer.document,
    afterRestore:
      afterRestore && ((document: Document<T>) => ({ ...document, records: document.records.map((one) => afterRestore(one)) })),
  };
  const adapter = new DurableJsonFile<Document<T>>(format, deps);
  const low = new Low<Document<T>>(adapter, initial);
  await low.read();
  // Twice, so that the backup is sealed anew as well.
  for (let copies = seal?.isStale ? 2 : 0; copies > 0; copies -= 1) await low.write();
  return new GroupCommittingStore(low, {
    file,
    schema,
    prepare: serializer.record,
    restoredFromBackup: adapter.restoredFromBackup,
  });
}

/** The document with each of its records changed; anything that is no such document is left for the schema to refuse. */
export function withRecords(document: unknown, change: (record: unknown) => unknown): unknown {
  const { records } = (document ?? {}) as { readonly records?: unknown };
  return Array.isArray(records) ? { ...(document as object), records: records.map(change) } : document;
}

function documentSchema<T extends WithId>(version: number, schema: z.ZodType<T>): z.ZodType<Document<T>> {
  const records = z.array(schema).refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'an id occurs twice');
  return z.object({ version: z.int().min(1).max(version), records });
}

/**
 * One line per record. Records are never changed in place, so each is turned into bytes once and not again with every write:
 * a hundred accounts with their histories are several megabytes, too long to hold up the requests of a whole gateway.
 */
function createSerializer<T extends WithId>(
  written: (record: T) => unknown,
): {
  readonly record: (record: T) => Uint8Array;
  readonly document: (document: Document<T>) => Uint8Array;
} {
  const known = new WeakMap<T, Uint8Array>();
  const bytesOf = (record: T): Uint8Array => {
    const bytes = known.get(record) ?? Buffer.from(JSON.stringify(written(record)));
    known.set(record, bytes);
    return bytes;
  };
  const comma = Buffer.from(',\n');
  return {
    record: bytesOf,
    document: ({ version, records }) => {
      const lines = records.flatMap((record, index) => (index === 0 ? [bytesOf(record)] : [comma, bytesOf(record)]));
      return Buffer.concat([Buffer.from(`{"version":${version},"records":[\n`), ...lines, Buffer.from('\n]}\n')]);
    },
  };
}

interface Waiting<T> {
  readonly id: string;
  readonly change: (current: T | undefined) => T | undefined;
  readonly done: PromiseWithResolvers<T | undefined>;
}

type Applied<T> =
  | { readonly kind: 'changed'; readonly stored: T | undefined }
  | { readonly kind: 'same'; readonly stored: T | undefined }
  | { readonly kind: 'threw'; readonly error: unknown };

interface StoreDetails<T extends WithId> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** Turns a record into bytes, once. */
  readonly prepare: (record: T) => unknown;
  readonly restoredFromBackup: boolean;
}

class GroupCommittingStore<T extends WithId> implements JsonRecordStore<T> {
  readonly restoredFromBackup: boolean;
  readonly #low: Low<Document<T>>;
  readonly #details: StoreDetails<T>;
  /** What is on the disk. */
  #records: ReadonlyMap<string, T>;
  #waiting: Waiting<T>[] = [];
  #committing = false;

  constructor(low: Low<Document<T>>, details: StoreDetails<T>) {
    this.#low = low;
    this.#details = details;
    this.#records = new Map(low.data.records.map((record) => [record.id, record]));
    this.restoredFromBackup = details.restoredFromBackup;
  }

  async list(): Promise<readonly T[]> {
    return [...this.#records.values()];
  }

  async update(id: string, change: (current: T | undefined) => T | undefined): Promise<T | undefined> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new StorageError(`Cannot write ${this.#details.file}: ${MAX_WAITING} changes already wait for the disk.`);
    }
    const done = Promise.withResolvers<T | undefined>();
    this.#waiting.push({ id, change, done });
    if (!this.#committing) void this.#commitAll();
    return await done.promise;
  }

  async #commitAll(): Promise<void> {
    this.#committing = true;
    await Promise.resolve(); // everything that was asked for in this turn belongs to the first batch
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#committing = false;
  }

  async #commit(batch: readonly Waiting<T>[]): Promise<void> {
    const draft = new Map(this.#records);
    const applied: { readonly waiting: Waiting<T>; readonly outcome: Applied<T> }[] = [];
    await inTurns(batch, (waiting) => applied.push({ waiting, outcome: this.#apply(waiting, draft) }));
    const changed = applied.some(({ outcome }) => outcome.kind === 'changed');
    const failure = changed ? await this.#write(draft) : null;
    for (const { waiting, outcome } of applied) {
      if (outcome.kind === 'threw') waiting.done.reject(outcome.error);
      // Also who changed nothing: he may have seen what another one of the batch wrote and what is now not there.
      else if (failure) waiting.done.reject(failure);
      else waiting.done.resolve(outcome.stored);
    }
  }

  #apply({ id, change }: Waiting<T>, draft: Map<string, T>): Applied<T> {
    try {
      const current = draft.get(id);
      const next = change(current);
      if (next === current) return { kind: 'same', stored: current };
      if (next === undefined) draft.delete(id);
      else draft.set(id, this.#checked(id, next));
      return { kind: 'changed', stored: next };
    } catch (error) {
      return { kind: 'threw', error };
    }
  }

  /** What could not be read back is not written: it would make the whole file unusable at the next start. */
  #checked(id: string, record: T): T {
    const name = basename(this.#details.file);
    if (record.id !== id) throw new TypeError(`A record of ${name} cannot change its id.`);
    const checked = this.#details.schema.safeParse(record);
    if (!checked.success) throw new TypeError(`A record for ${name} is not as it must be: ${firstFault(checked.error)}`);
    return record;
  }

  /** Memory follows the disk, never the other way round. */
  async #write(draft: ReadonlyMap<string, T>): Promise<StorageError | null> {
    try {
      const records = [...draft.values()];
      await inTurns(records, this.#details.prepare);
      this.#low.data = { ...this.#low.data, records };
      await this.#low.write();
      this.#records = draft;
      return null;
    } catch (error) {
      return error instanceof StorageError ? error : storageFailure(`write ${this.#details.file}`, error);
    }
  }
}

/** Goes through a list without holding up everything else. */
async function inTurns<Item>(items: readonly Item[], visit: (item: Item) => unknown): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % RECORDS_PER_TURN === 0) await setImmediate();
    visit(item);
  }
}
