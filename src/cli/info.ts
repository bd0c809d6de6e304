/** Commands that only tell something: `version`, `admin-key show`. */
import type { Command } from 'commander';
import { readPrivateFile } from '../storage/private-file.ts';
import { VERSION } from '../version.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions, withExamples, withJson } from './options.ts';
import { CommandError } from './output.ts';

export function addInfoCommands(program: Command): void {
  withExamples(
    withJson(program.command('version').description('the version of Headgate and of Node')),
    'headgate version',
  ).action((options: CommonOptions) =>
    outputOf(options).result(
      { headgate: VERSION, node: process.versions.node },
      () => `headgate ${VERSION} (Node ${process.versions.node})`,
    ),
  );

  const adminKey = program.command('admin-key').description('the key of the operator');
  withCommonOptions(adminKey.command('show').description('print the admin key'), 'headgate admin-key show').action(
    async (options: CommonOptions) => {
      const { config } = await loadSettings(options);
      const key = config.auth.apiKey ?? (await readPrivateFile(config.storage.dataFolder, 'admin-key'));
      if (!key) throw new CommandError(`There is no admin key in ${config.storage.dataFolder} yet. The first start makes one.`);
      outputOf(options).result({ admin_key: key }, () => key);
    },
  );
}
