/** `headgate accounts export|import`: accounts on their way to another instance, sealed by a passphrase. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { exportedAccountsSchema, importedAccountsSchema } from '../contract/archives.ts';
import { nodeFileSystem } from '../storage/file-system.ts';
import { createDurably } from '../storage/write-durably.ts';
import { type ApiClient, withApi } from './api-client.ts';
import { allAccounts, chooseAccount } from './find-account.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, table } from './output.ts';
import { knownPassphrase, newPassphrase, type PassphraseOptions } from './passphrase.ts';

type MoveOptions = CommonOptions & PassphraseOptions;

/** Adds the two to the group `accounts`. */
export function addMoveCommands(accounts: Command): void {
  const common = (command: Command, example: string) =>
    withCommonOptions(
      command.option('--passphrase-file <file>', 'read the passphrase from a file instead of asking for it'),
      example,
    );
  common(
    accounts
      .command('export <file> [names...]')
      .description('write accounts with their credentials into a sealed file; all of them without names'),
    'headgate accounts export team.accounts work',
  ).action(exportAccounts);
  common(
    accounts.command('import <file>').description('add the accounts of such a file; each is verified before it serves'),
    'headgate accounts import team.accounts',
  ).action(importAccounts);
}

async function exportAccounts(file: string, names: readonly string[], options: MoveOptions): Promise<void> {
  await withApi(options, async (api) => {
    const passphrase = await newPassphrase(options);
    const ids = names.length === 0 ? {} : { account_ids: await idsOf(api, names) };
    const { archive, accounts } = exportedAccountsSchema.parse(
      await api.call('POST', '/api/accounts/export', { passphrase, ...ids }),
    );
    await createDurably(nodeFileSystem, file, archive).catch((error: NodeJS.ErrnoException) => {
      throw new CommandError(error.code === 'EEXIST' ? `${file} exists already.` : `${file} cannot be written (${error.code}).`);
    });
    outputOf(options).result(
      { file, accounts },
      () =>
        `${file}: ${accounts} accounts. Two instances cannot share a login: switch the accounts off here before they serve elsewhere.`,
    );
  });
}

async function idsOf(api: ApiClient, names: readonly string[]): Promise<readonly string[]> {
  const accounts = await allAccounts(api);
  return names.map((wanted) => chooseAccount(accounts, wanted).id);
}

async function importAccounts(file: string, options: MoveOptions): Promise<void> {
  const archive = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be read (${error.code}).`);
  });
  await withApi(options, async (api) => {
    const passphrase = await knownPassphrase(options);
    const { data } = importedAccountsSchema.parse(await api.call('POST', '/api/accounts/import', { archive, passphrase }));
    outputOf(options).result(data, () =>
      table(
        ['NAME', 'RESULT', 'STATUS'],
        data.map(({ result, account }) => [
          account.name,
          result === 'exists' ? 'is here already' : result,
          account.status_reason ?? account.status,
        ]),
      ),
    );
  });
}
