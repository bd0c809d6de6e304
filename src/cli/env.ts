/** `headgate env`: the lines that point Claude Code here, for the shell at hand. */
import type { Command } from 'commander';
import { withApi } from './api-client.ts';
import { createKey } from './keys.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError } from './output.ts';

const SHELLS = {
  sh: (name: string, value: string) => `export ${name}=${value}`,
  fish: (name: string, value: string) => `set -gx ${name} ${value}`,
  powershell: (name: string, value: string) => `$env:${name} = "${value}"`,
  cmd: (name: string, value: string) => `set ${name}=${value}`,
} as const;

interface EnvOptions extends CommonOptions {
  readonly key?: string;
  readonly shell: string;
}

export function addEnvCommand(program: Command): void {
  withCommonOptions(
    program
      .command('env')
      .description('the lines that point Claude Code at this server')
      .option('--key <name>', 'make a new API key of this name and put it into the lines')
      .option('--shell <shell>', Object.keys(SHELLS).join(', '), 'sh'),
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
  const write = SHELLS[options.shell as keyof typeof SHELLS];
  if (!write) throw new CommandError(`--shell is one of ${Object.keys(SHELLS).join(', ')}.`, 2);
  const { config } = await loadSettings(options);
  const { key } = options;
  const token =
    key === undefined ? '<your hg_ key>' : (await withApi(options, (api) => createKey(api, { name: key, role: 'user' }))).key;
  const variables = { ANTHROPIC_BASE_URL: publicUrl(config.server), ANTHROPIC_AUTH_TOKEN: token };
  outputOf(options).result(variables, () =>
    Object.entries(variables)
      .map(([name, value]) => write(name, value))
      .join('\n'),
  );
}
