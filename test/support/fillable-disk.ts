/** The real disk, which a test can declare full. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import type { Credential } from '../../src/core/credential.ts';
import { type FileSystem, nodeFileSystem } from '../../src/storage/file-system.ts';
import { accountRecordSchema } from '../../src/storage/json/account-record-schema.ts';
import { credentialSchema } from '../../src/storage/json/credential-schema.ts';
import { openJsonRecordStore } from '../../src/storage/json/json-record-store.ts';
import type { RecordStore } from '../../src/storage/store.ts';

export interface FillableDisk {
  /** While true every write fails with ENOSPC. */
  full: boolean;
  /** Opens the credentials that lie on the disk, as a restarted process would. */
  open(): Promise<RecordStore<Credential>>;
  openAccounts(): Promise<RecordStore<AccountRecord>>;
  remove(): Promise<void>;
}

export async function fillableDisk(): Promise<FillableDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-disk-'));
  const fs: FileSystem = {
    ...nodeFileSystem,
    create: (path) =>
      disk.full ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })) : nodeFileSystem.create(path),
  };
  const quiet = { fs, now: Date.now, onRecovered: () => undefined, onWarning: () => undefined };
  const disk: FillableDisk = {
    full: false,
    open: () => openJsonRecordStore({ file: join(folder, 'credentials.json'), version: 1, schema: credentialSchema }, quiet),
    openAccounts: () =>
      openJsonRecordStore({ file: join(folder, 'accounts.json'), version: 1, schema: accountRecordSchema }, quiet),
    remove: () => rm(folder, { recursive: true }),
  };
  return disk;
}
