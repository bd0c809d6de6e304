/** `headgate admin-key …`: the key of the operator. */
import type { Command } from 'commander';
import { newAdminKeySchema } from '../contract/admin-key.ts';
import { readPrivateFile } from '../storage/private-file.ts';
import { withApi } from './api-client.ts';
import { confirm } from './confirm.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError } from './output.ts';

export function addAdminKeyCommands(program: Command): void {
  const adminKey = program.command('admin-key').description('the key of the operator');
  withCommonOptions(adminKey.command('show').description('print the admin key'), 'headgate admin-key show').action(show);
  withCommonOptions(
    adminKey
      .command('rotate')
      .description('make another admin key; the former one is refused at once, and everybody is signed out of the dashboard')
      .option('--yes', 'do not ask'),
    'headgate admin-key rotate --yes',
  ).action(rotate);
}

async function show(options: CommonOptions): Promise<void> {
  const { config } = await loadSettings(options);
  const key = config.auth.apiKey ?? (await readPrivateFile(config.storage.dataFolder, 'admin-key'));
  if (!key) throw new CommandError(`There is no admin key in ${config.storage.dataFolder} yet. The first start makes one.`);
  outputOf(options).result({ admin_key: key }, () => key);
}

async function rotate(options: CommonOptions & { readonly yes?: boolean }): Promise<void> {
  await confirm('The admin key that counts now will be refused, and everybody signed out of the dashboard.', options);
  await withApi(options, async (api) => {
    const rotated = newAdminKeySchema.parse(await api.call('POST', '/api/admin-key/rotate'));
    outputOf(options).result(
      rotated,
      () =>
        `${rotated.admin_key}\n\nThis is the admin key from now on. Programs that use it, such as what reads /metrics, need it too.`,
    );
  });
}
