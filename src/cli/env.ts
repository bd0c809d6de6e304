/** `headgate env`: the lines that point Claude Code here, for the shell at hand. */
import { type Command, Option } from 'commander';
import { environmentLines, environmentOf, SHELLS, type Shell } from '../contract/client-environment.ts';
import { findServer, withApi } from './api-client.ts';
import { createKey } from './keys.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';

interface EnvOptions extends CommonOptions {
  readonly key?: string;
  readonly shell: Shell;
}

export function addEnvCommand(program: Command): void {
  withCommonOptions(
    program
      .command('env')
      .description('the lines that point Claude Code at this server')
      .option('--key <name>', 'make a new API key of this name and put it into the lines')
      .addOption(new Option('--shell <shell>', 'for which shell the lines are').choices(SHELLS).default('sh')),
    'eval "$(headgate env --key laptop)" && claude',
  ).action(env);
}

/** The address that users are told: the public one, else where the server listens. */
export function publicUrl({ publicUrl: url, host, port }: { publicUrl: string | undefined; host: string; port: number }): string {
  if (url !== undefined) return url;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function env(options: EnvOptions): Promise<void> {
  const { shell } = options;
  const { config } = await loadSettings(options);
  const { key } = options;
  const token =
    key === undefined ? '<your hg_ key>' : (await withApi(options, (api) => createKey(api, { name: key, role: 'user' }))).key;
  const running = config.server.publicUrl === undefined ? await findServer(config.storage.dataFolder) : null;
  const endpoint = { baseUrl: running ?? publicUrl(config.server), key: token };
  outputOf(options).result(environmentOf(endpoint), () => environmentLines(shell, endpoint).join('\n'));
}
