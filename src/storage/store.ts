/**
 * What the product needs from storage, and nothing more. Types only: implementations live in the folders beside this file,
 * and one contract suite holds for all of them.
 */

/** A collection of records with a unique id. Small (accounts, credentials, keys), whole in memory, never request logs. */
export interface RecordStore<T extends { readonly id: string }> {
  /** Every record, in the order of creation. */
  list(): Promise<readonly T[]>;
  /**
   * Replaces the record with `change(current)`, atomically: no other update happens between the read and the write.
   * `current` is undefined when there is none; returning undefined removes the record; returning `current` itself writes nothing.
   * Resolves with what is stored once it is durable. `change` is pure: it may run more than once.
   * @throws StorageError when the medium refuses; nothing is changed then. What `change` throws is passed on, nothing is changed.
   */
  update(id: string, change: (current: T | undefined) => T | undefined): Promise<T | undefined>;
}

/** The medium refused a write or a read (disk full, read-only, unreadable file). The message is fit for an operator. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}
