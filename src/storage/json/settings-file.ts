/** `settings.json`: what was set at run time, in sections of snake_case keys as in the configuration file. */
import { join, resolve } from 'node:path';
import { Low } from 'lowdb';
import { z } from 'zod';
import { nodeFileSystem } from '../file-system.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';
import { DurableJsonFile, type JsonFileDeps } from './durable-json-file.ts';
import { firstFault, loadJson, type Versioned } from './load-json.ts';

/** `{ oauth: { client_id: '…' } }` */
type StoredSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface SettingsFile {
  /**
   * What is stored; nothing when there is no file or no folder yet. Changes nothing and needs no lock: the configuration is read
   * before the folder is opened, and by commands beside a running server. A damaged file is read from its backup.
   * @throws StorageError when neither can be used
   */
  read(): Promise<StoredSettings>;
  /**
   * Sets the keys that `patch` names and leaves the others; a key that is undefined in it goes back to its default. The caller
   * holds the folder's lock. Resolves with all settings once they are durable.
   * @throws StorageError when the medium refuses; nothing is changed then. TypeError when a value cannot be written as JSON.
   */
  write(patch: StoredSettings): Promise<StoredSettings>;
  /**
   * Makes or restores the file now instead of at the first write, so that damage is told at the start. The caller holds the lock.
   * @throws StorageError as every store
   */
  ready(): Promise<{ readonly restoredFromBackup: boolean }>;
}

interface SettingsDocument extends Versioned {
  readonly settings: StoredSettings;
}

const VERSION = 1;

const settingsSchema = z.record(z.string(), z.record(z.string(), z.json()));
const schema: z.ZodType<SettingsDocument> = z.object({ version: z.int().min(1).max(VERSION), settings: settingsSchema });
const initial: SettingsDocument = { version: VERSION, settings: {} };

export function openSettingsFile(folder: string, given: Partial<JsonFileDeps> = {}): SettingsFile {
  const deps: JsonFileDeps = {
    fs: nodeFileSystem,
    now: Date.now,
    onRecovered: () => undefined,
    onWarning: () => undefined,
    ...given,
  };
  const file = join(resolve(folder), 'settings.json');
  let opened: Promise<OpenSettings> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const open = async (): Promise<OpenSettings> => {
    opened ??= openForWriting(file, deps);
    try {
      return await opened;
    } catch (error) {
      opened = null;
      throw error;
    }
  };
  const apply = async (patch: StoredSettings): Promise<StoredSettings> => {
    const { low } = await open();
    const previous = low.data;
    low.data = { ...previous, settings: merged(previous.settings, patch) };
    try {
      await low.write();
      return low.data.settings;
    } catch (error) {
      low.data = previous;
      throw error instanceof StorageError ? error : storageFailure(`write ${file}`, error);
    }
  };
  return {
    read: () => readSettings(file, deps),
    write: (patch) => {
      const mine = last.then(() => apply(patch));
      last = mine.catch(() => undefined);
      return mine;
    },
    ready: open,
  };
}

interface OpenSettings {
  readonly low: Low<SettingsDocument>;
  readonly restoredFromBackup: boolean;
}

async function openForWriting(file: string, deps: JsonFileDeps): Promise<OpenSettings> {
  const serialize = (document: SettingsDocument) => Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  const adapter = new DurableJsonFile({ file, version: VERSION, schema, initial, serialize }, deps);
  const low = new Low(adapter, initial);
  await low.read();
  return { low, restoredFromBackup: adapter.restoredFromBackup };
}

async function readSettings(file: string, { fs }: JsonFileDeps): Promise<StoredSettings> {
  const format = { version: VERSION, schema };
  const main = await loadJson(fs, file, format);
  if (main.kind === 'missing') return initial.settings;
  if (main.kind === 'good') return main.data.settings;
  const backup = await loadJson(fs, `${file}.bak`, format);
  if (backup.kind === 'good') return backup.data.settings;
  throw new StorageError(`${file} cannot be used (${main.reason}), and it has no good backup. Correct it or move it away.`);
}

function merged(current: StoredSettings, patch: StoredSettings): StoredSettings {
  const changed = Object.entries(patch).map(([section, keys]) => [section, { ...current[section], ...keys }] as const);
  const next = Object.entries({ ...current, ...Object.fromEntries(changed) })
    .map(([section, keys]) => [section, withoutUndefined(keys)] as const)
    .filter(([, keys]) => Object.keys(keys).length > 0);
  const checked = settingsSchema.safeParse(Object.fromEntries(next));
  if (!checked.success) throw new TypeError(`Settings cannot be written: ${firstFault(checked.error)}`);
  return checked.data;
}

const withoutUndefined = (keys: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
