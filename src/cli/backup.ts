/** `headgate backup`, `headgate restore` and `headgate storage rotate-key`: what is done to the data folder as a whole. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { parseSnapshot, type Restored, readSnapshot, restoreSnapshot } from '../storage/archive/data-snapshot.ts';
import { resealCredentials } from '../storage/archive/reseal-credentials.ts';
import { openArchive, sealArchive } from '../storage/archive/sealed-archive.ts';
import { nodeFileSystem } from '../storage/file-system.ts';
import { parseSealKey, type SealKey } from '../storage/record-seal.ts';
import { createDurably } from '../storage/write-durably.ts';
import { confirm } from './confirm.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError } from './output.ts';
import { knownPassphrase, newPassphrase, type PassphraseOptions } from './passphrase.ts';
import { recordOffline } from './record-offline.ts';

type ArchiveOptions = CommonOptions & PassphraseOptions & { readonly yes?: boolean };

export function addBackupCommands(program: Command): void {
  const withPassphrase = (command: Command) =>
    command.option('--passphrase-file <file>', 'read the passphrase from a file instead of asking for it');
  withCommonOptions(
    withPassphrase(
      program.command('backup <file>').description('write everything into one sealed file; a running server goes on'),
    ),
    'headgate backup headgate-2026-11-24.backup',
  ).action(backup);
  withCommonOptions(
    withPassphrase(
      program.command('restore <file>').description('make the data folder what a backup says; the server must be stopped'),
    ).option('--yes', 'do not ask'),
    'headgate restore headgate-2026-11-24.backup --data ./data',
  ).action(restore);
  const storage = program.command('storage').description('how things lie on the disk');
  withCommonOptions(
    storage
      .command('rotate-key')
      .description('seal every credential anew under the first key of storage.encryption_key; the server must be stopped'),
    'headgate storage rotate-key',
  ).action(rotateKey);
}

const keysOf = ({ storage }: Config): readonly SealKey[] => storage.encryptionKey.flatMap((key) => parseSealKey(key) ?? []);

async function backup(file: string, options: ArchiveOptions): Promise<void> {
  const { config } = await loadSettings(options);
  const snapshot = await readSnapshot(config.storage.dataFolder, keysOf(config));
  const passphrase = await newPassphrase(options);
  const text = await sealArchive('backup', snapshot, { passphrase, createdAt: new Date().toISOString() });
  await createDurably(nodeFileSystem, file, text).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(error.code === 'EEXIST' ? `${file} exists already.` : `${file} cannot be written (${error.code}).`);
  });
  const names = Object.keys(snapshot.documents);
  outputOf(options).result(
    { file, bytes: text.length, documents: names },
    () => `${file}: ${names.length} documents, sealed. Keep the passphrase: nobody can open it without.`,
  );
}

async function restore(file: string, options: ArchiveOptions): Promise<void> {
  const { config } = await loadSettings(options);
  const folder = config.storage.dataFolder;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read (${error.code}).`);
  });
  const snapshot = parseSnapshot(await openArchive('backup', text, await knownPassphrase(options)));
  await confirm(`Everything in ${folder} is replaced; what is there now is moved aside.`, options);
  const record = (work: () => Promise<Restored>) => recordOffline(folder, 'data.restore', work);
  const restored = await restoreSnapshot(snapshot, { folder, keys: keysOf(config), now: Date.now(), record });
  outputOf(options).result(restored, () =>
    [
      `${restored.accounts} accounts and ${restored.keys} API keys are restored into ${folder}.`,
      ...(restored.setAside === null ? [] : [`What was there before lies in ${restored.setAside}.`]),
      'At the next start each account is verified before it serves. One whose login was renewed after the backup has to be authorized again.',
    ].join('\n'),
  );
}

async function rotateKey(options: CommonOptions): Promise<void> {
  const { config } = await loadSettings(options);
  const [first, ...older] = keysOf(config);
  if (!first) throw new CommandError('storage.encryption_key is not set. Make a key: openssl rand -base64 32');
  const folder = config.storage.dataFolder;
  const record = (work: () => Promise<number>) => recordOffline(folder, 'data.reseal', work);
  const count = await resealCredentials(folder, [first, ...older], record);
  outputOf(options).result({ key: first.id, credentials: count }, () =>
    `${count} credentials are sealed under the key ${first.id}. ${older.length > 0 ? 'The older keys may be taken out of storage.encryption_key.' : ''}`.trim(),
  );
}
