/** Opens everything that the data folder keeps as JSON. Credentials lie apart, so that no status write can touch a rotated token. */
import { join } from 'node:path';
import type { AccountRecord } from '../../accounts/account-record.ts';
import type { WindowRecord } from '../../accounts/window-history.ts';
import type { ApiKey } from '../../api-keys/api-key.ts';
import type { Credential } from '../../core/credential.ts';
import type { ResourceOwner } from '../../resources/resource-owners.ts';
import type { ClientSession } from '../../sessions/client-session.ts';
import { createRecordSeal, type SealKey } from '../record-seal.ts';
import type { RecordStore } from '../store.ts';
import { accountRecordSchema } from './account-record-schema.ts';
import { apiKeySchema } from './api-key-schema.ts';
import { clientSessionSchema } from './client-session-schema.ts';
import { credentialSchema } from './credential-schema.ts';
import type { JsonFileDeps } from './durable-json-file.ts';
import { openJsonRecordStore } from './json-record-store.ts';
import type { Migration } from './load-json.ts';
import { accountMigrations, apiKeyMigrations } from './migrations.ts';
import { resourceOwnerSchema } from './resource-owner-schema.ts';
import { openSettingsFile, type SettingsFile } from './settings-file.ts';
import { windowRecordSchema } from './window-record-schema.ts';

export interface JsonStores {
  readonly accounts: RecordStore<AccountRecord>;
  readonly credentials: RecordStore<Credential>;
  readonly apiKeys: RecordStore<ApiKey>;
  readonly resources: RecordStore<ResourceOwner>;
  readonly sessions: RecordStore<ClientSession>;
  readonly windowHistory: RecordStore<WindowRecord>;
  readonly settings: SettingsFile;
  /** Names of the files that were damaged and came from their backup, which may be one write behind. */
  readonly restored: readonly string[];
  /** The credentials came from a backup. Each says `trust: 'unverified'`, on the disk too. */
  readonly credentialsRestored: boolean;
}

/**
 * `folder` is an absolute path whose lock the caller holds.
 * @throws StorageError with the remedy when a file cannot be used; nothing is ever started empty in its place
 */
export async function openJsonStores(folder: string, deps: JsonFileDeps, keys: readonly SealKey[] = []): Promise<JsonStores> {
  const at = (name: string, migrations: readonly Migration[] = []) => ({
    file: join(folder, name),
    version: migrations.length + 1,
    migrations,
  });
  const credentials = await openJsonRecordStore(
    {
      ...at('credentials.json'),
      schema: credentialSchema,
      seal: createRecordSeal('credentials.json', keys),
      // A newer generation may have existed. Noted in the same write that restores the file, so that a crash right after cannot forget it.
      afterRestore: (credential: Credential): Credential => ({ ...credential, trust: 'unverified' }),
    },
    deps,
  );
  const accounts = await openJsonRecordStore({ ...at('accounts.json', accountMigrations), schema: accountRecordSchema }, deps);
  const apiKeys = await openJsonRecordStore({ ...at('api-keys.json', apiKeyMigrations), schema: apiKeySchema }, deps);
  const resources = await openJsonRecordStore({ ...at('resources.json'), schema: resourceOwnerSchema }, deps);
  const sessions = await openJsonRecordStore({ ...at('sessions.json'), schema: clientSessionSchema }, deps);
  const windowHistory = await openJsonRecordStore({ ...at('window-history.json'), schema: windowRecordSchema }, deps);
  const settings = openSettingsFile(folder, deps);
  const opened = {
    'credentials.json': credentials,
    'accounts.json': accounts,
    'api-keys.json': apiKeys,
    'resources.json': resources,
    'sessions.json': sessions,
    'window-history.json': windowHistory,
    'settings.json': await settings.ready(),
  };
  const restored = Object.entries(opened).flatMap(([name, { restoredFromBackup }]) => (restoredFromBackup ? [name] : []));
  const stores = { accounts, credentials, apiKeys, resources, sessions, windowHistory, settings };
  return { ...stores, restored, credentialsRestored: credentials.restoredFromBackup };
}
