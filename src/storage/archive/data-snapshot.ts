/** Everything a data folder keeps, as one value; and a folder made from it. */
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Account } from '../../core/account.ts';
import type { Credential } from '../../core/credential.ts';
import { asRestored, asUnverified } from '../../core/restored-account.ts';
import type { EpochMs } from '../../core/time.ts';
import { lockDataFolder } from '../data-lock.ts';
import { FOLDER_MODE, nodeFileSystem } from '../file-system.ts';
import { RESTORE_MARK } from '../json/data-folder.ts';
import { withRecords } from '../json/json-record-store.ts';
import { MAX_FILE_BYTES } from '../json/load-json.ts';
import { openJsonStores } from '../json/open-json-stores.ts';
import { removePrivateFile, writePrivateFile } from '../private-file.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { createRecordSeal, type SealKey } from '../record-seal.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';
import { createDurably } from '../write-durably.ts';

/** Accounts before credentials: an account that is added meanwhile then lacks nothing. */
const ACCOUNTS = 'accounts.json';
const CREDENTIALS = 'credentials.json';
const ADMIN_KEY = 'admin-key';
/** Tells of a process, not of what is kept. */
const NOT_KEPT = new Set(['server.json']);

const snapshotSchema = z.object({
  documents: z.record(z.string().regex(/^[a-z-]{1,40}\.json$/), z.looseObject({ version: z.int().min(1) })),
  admin_key: z.string().nullable(),
});
export type DataSnapshot = z.infer<typeof snapshotSchema>;

/** @throws StorageError when it is no snapshot */
export function parseSnapshot(content: unknown): DataSnapshot {
  const parsed = snapshotSchema.safeParse(content);
  if (!parsed.success || !(ACCOUNTS in parsed.data.documents)) throw new StorageError('The backup holds no data folder.');
  return parsed.data;
}

/**
 * Reads the folder, beside a running server too: every file in it is whole at every instant.
 * @throws StorageError when there is none, or when its credentials cannot be opened
 */
export async function readSnapshot(folder: string, keys: readonly SealKey[]): Promise<DataSnapshot> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(ACCOUNTS)) throw new StorageError(`There is nothing to back up in ${folder}.`);
  const files = names.filter((name) => /^[a-z-]{1,40}\.json$/.test(name) && !NOT_KEPT.has(name));
  const documents: DataSnapshot['documents'] = {};
  for (const name of files.toSorted()) documents[name] = await readDocument(folder, name, keys);
  const adminKey = names.includes(ADMIN_KEY) ? await readText(join(folder, ADMIN_KEY)) : null;
  return parseSnapshot({ documents, admin_key: adminKey?.trim() ?? null });
}

async function readDocument(folder: string, name: string, keys: readonly SealKey[]): Promise<DataSnapshot['documents'][string]> {
  const document = parseJson(await readText(join(folder, name)), name);
  const seal = createRecordSeal(CREDENTIALS, keys);
  return (
    name === CREDENTIALS ? withRecords(document, (record) => seal.open(record)) : document
  ) as DataSnapshot['documents'][string];
}

async function readText(path: string): Promise<string> {
  const found = await nodeFileSystem.read(path, MAX_FILE_BYTES).catch((error: unknown) => {
    throw storageFailure(`read ${path}`, error);
  });
  if (found.kind !== 'content') throw new StorageError(`${path} is not a plain file.`);
  return Buffer.from(found.bytes).toString('utf8');
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new StorageError(`${name} is damaged. Start Headgate once, so that it is restored from its own backup.`);
  }
}

export interface RestoreOptions {
  /** Does the work under the folder's lock, and puts it on record. */
  readonly record: (work: () => Promise<Restored>) => Promise<Restored>;
  readonly folder: string;
  readonly keys: readonly SealKey[];
  readonly now: EpochMs;
}

export interface Restored {
  readonly accounts: number;
  readonly keys: number;
  /** Where the files that were there before lie now; null when there were none. */
  readonly setAside: string | null;
}

/**
 * Makes the folder what the snapshot says. Credentials are marked, so that each is proved before it serves and no spent refresh token is
 * tried twice. What was there before is moved aside, not removed. A restore that was cut off leaves a mark that stops the next start.
 * @throws StorageError when the folder is in use, or when the snapshot is not right; nothing is changed then
 */
export async function restoreSnapshot(snapshot: DataSnapshot, options: RestoreOptions): Promise<Restored> {
  const { folder, record } = options;
  await makePrivateFolder(folder, () => undefined);
  const lock = await lockDataFolder(folder);
  try {
    return await record(() => exchangeFiles(snapshot, options));
  } finally {
    lock.release();
  }
}

async function exchangeFiles(snapshot: DataSnapshot, { folder, keys, now }: RestoreOptions): Promise<Restored> {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const staging = join(folder, `restoring-${stamp}`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: FOLDER_MODE });
  const counts = await stage(snapshot, staging, { keys, now });
  await writePrivateFile(folder, RESTORE_MARK, 'headgate restore was cut off while it exchanged the files of this folder');
  const setAside = await moveAside(folder, join(folder, `before-restore-${stamp}`));
  for (const name of await readdir(staging)) await rename(join(staging, name), join(folder, name));
  await nodeFileSystem.syncFolder(folder);
  await removePrivateFile(folder, RESTORE_MARK);
  await rm(staging, { recursive: true, force: true });
  return { ...counts, setAside };
}

/** Writes the files beside the real ones and opens them once, so that what could not be opened never takes their place. */
async function stage(
  snapshot: DataSnapshot,
  staging: string,
  { keys, now }: Pick<RestoreOptions, 'keys' | 'now'>,
): Promise<Pick<Restored, 'accounts' | 'keys'>> {
  const seal = createRecordSeal(CREDENTIALS, keys);
  const marked: Readonly<Record<string, (record: unknown) => unknown>> = {
    [ACCOUNTS]: (record) => ({ ...(record as object), account: asRestored((record as { account: Account }).account, now) }),
    [CREDENTIALS]: (record) => {
      const credential = asUnverified(record as Credential);
      return seal.seals ? seal.seal(credential) : credential;
    },
  };
  for (const [name, document] of Object.entries(snapshot.documents)) {
    const change = marked[name];
    await createDurably(nodeFileSystem, join(staging, name), JSON.stringify(change ? withRecords(document, change) : document));
  }
  if (snapshot.admin_key !== null) await createDurably(nodeFileSystem, join(staging, ADMIN_KEY), `${snapshot.admin_key}\n`);
  const deps = { fs: nodeFileSystem, now: () => now, onRecovered: () => undefined, onWarning: () => undefined };
  const stores = await openJsonStores(staging, deps, keys).catch(async (error: unknown) => {
    await rm(staging, { recursive: true, force: true });
    throw error;
  });
  return { accounts: (await stores.accounts.list()).length, keys: (await stores.apiKeys.list()).length };
}

/** Every file that is kept, with its backups. The lock stays where it is: it is held. */
async function moveAside(folder: string, aside: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => name === ADMIN_KEY || /^[a-z-]{1,40}\.json(\.|$)/.test(name));
  const files = [];
  for (const name of names) if ((await lstat(join(folder, name))).isFile() && !NOT_KEPT.has(name)) files.push(name);
  if (files.length === 0) return null;
  await mkdir(aside, { mode: FOLDER_MODE });
  for (const name of files) await rename(join(folder, name), join(aside, name));
  await nodeFileSystem.syncFolder(folder);
  return aside;
}
