/** Opens the folder with everything that must outlive the process, and says what had to be repaired. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { AccountRecord } from '../../accounts/account-record.ts';
import type { ApiKey } from '../../api-keys/api-key.ts';
import type { Credential } from '../../core/credential.ts';
import { type DataLock, lockDataFolder } from '../data-lock.ts';
import { type RecordStore, StorageError } from '../store.ts';
import { DurableJsonFile } from './durable-json-file.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { openJsonRecordStore } from './json-record-store.ts';
import { accountRecordSchema, apiKeySchema, credentialSchema } from './schemas.ts';

export interface DataFolder {
  /** Absolute path. */
  readonly path: string;
  readonly accounts: RecordStore<AccountRecord>;
  readonly credentials: RecordStore<Credential>;
  readonly apiKeys: RecordStore<ApiKey>;
  /** Names of files that were unreadable and were restored from their backup. */
  readonly restored: readonly string[];
  /** Credentials came from a backup: newer generations may have existed. */
  readonly credentialsRestored: boolean;
  close(): void;
}

/** @throws StorageError when the folder is in use, not writable, or holds what cannot be read. */
export async function openDataFolder(folder: string, fileSystem: FileSystem = nodeFileSystem): Promise<DataFolder> {
  const path = resolve(folder);
  await prepareFolder(path, fileSystem);
  const lock = await lockDataFolder(path);
  try {
    return await openStores(path, lock, fileSystem);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openStores(path: string, lock: DataLock, fileSystem: FileSystem): Promise<DataFolder> {
  const open = <T extends { readonly id: string }>(name: string, schema: z.ZodType<T>) =>
    openJsonRecordStore({ file: join(path, name), schema, fileSystem });
  const credentials = await open('credentials.json', credentialSchema);
  const accounts = await open('accounts.json', accountRecordSchema);
  const apiKeys = await open('api-keys.json', apiKeySchema);
  const restored = [
    { name: 'credentials.json', from: credentials.restoredFromBackup },
    { name: 'accounts.json', from: accounts.restoredFromBackup },
    { name: 'api-keys.json', from: apiKeys.restoredFromBackup },
  ].flatMap(({ name, from }) => (from ? [name] : []));
  return {
    path,
    accounts,
    credentials,
    apiKeys,
    restored,
    credentialsRestored: credentials.restoredFromBackup,
    close: () => lock.release(),
  };
}

/** Makes the folder private, and shows at start, not at the first lost token, that it can be written. */
async function prepareFolder(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.makeFolder(path);
    const found = await fileSystem.kindOf(path);
    if (found?.kind !== 'folder') throw new StorageError(`${path} is not a folder (storage.data_folder).`);
    if (found.mode & 0o077) await fileSystem.setMode(path, 0o700);
    const probe = join(path, `.probe.${process.pid}.${randomBytes(4).toString('hex')}`);
    await fileSystem.writeNew(probe, 'probe');
    await fileSystem.rename(probe, `${probe}.renamed`);
    const readBack = await fileSystem.read(`${probe}.renamed`);
    await fileSystem.remove(`${probe}.renamed`);
    if (readBack !== 'probe') throw new StorageError(`${path} does not keep what is written to it.`);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new StorageError(`The data folder ${path} cannot be written (${code}). It must belong to the user who runs Headgate.`, {
      cause: error,
    });
  }
}

const settingsSchema = z.record(z.string(), z.unknown());
export type StoredSettings = Readonly<Record<string, unknown>>;

export interface SettingsFile {
  read(): Promise<StoredSettings>;
  /** Sets one value by its key path, `oauth.client_id`; durable when resolved. @throws StorageError */
  set(keyPath: string, value: unknown): Promise<void>;
}

/** `settings.json`: what was set at run time, in the nesting of the configuration file. */
export function openSettingsFile(folder: string, fileSystem: FileSystem = nodeFileSystem): SettingsFile {
  const file = new DurableJsonFile<StoredSettings>(join(resolve(folder), 'settings.json'), {
    fileSystem,
    now: Date.now,
    parse: (raw) => settingsSchema.parse(raw),
  });
  const read = async () => ((await fileSystem.kindOf(resolve(folder))) ? ((await file.read()) ?? {}) : {});
  return {
    read,
    async set(keyPath, value) {
      const [section = '', key = ''] = keyPath.split('.');
      const current = await read();
      const before = current[section];
      const inner = typeof before === 'object' && before !== null ? before : {};
      await file.write({ ...current, [section]: { ...inner, [key]: value } });
    },
  };
}
