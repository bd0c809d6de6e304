/** `headgate config check|print|schema`. */
import type { Command } from 'commander';
import { isSet } from '../config/describe-setting.ts';
import { ConfigError, formatFaults } from '../config/faults.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import type { Origin } from '../config/layer.ts';
import type { LoadedConfig } from '../config/load.ts';
import { knownKeys } from '../config/schema.ts';
import { writtenValue } from '../config/written-value.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, outputOf, withCommonOptions, withExamples, withJson } from './options.ts';
import { CommandError, table } from './output.ts';

export function addConfigCommands(program: Command): void {
  const config = program.command('config').description('the configuration');
  withCommonOptions(
    config.command('check').description('check the configuration and list every fault'),
    'headgate config check --config config.yaml',
  ).action(check);
  withCommonOptions(
    config.command('print').description('print every value in force and where it comes from; secrets are masked'),
    'headgate config print | grep -v default',
  ).action(print);
  withExamples(
    withJson(config.command('schema').description('print a JSON Schema of config.yaml, for editors')),
    'headgate config schema > config.schema.json',
  ).action((options: CommonOptions) => {
    const schema = configJsonSchema();
    outputOf(options).result(schema, () => JSON.stringify(schema, null, 2));
  });
}

async function check(options: CommonOptions): Promise<void> {
  try {
    const { file } = await loadSettings(options);
    outputOf(options).result({ ok: true, file: file ?? null, faults: [] }, () =>
      file ? `${file} is fine.` : 'The configuration is fine (no file; defaults and environment).',
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { faults } = error;
    if (!options.json) throw new CommandError(formatFaults(faults));
    outputOf(options).result({ ok: false, faults }, () => '');
    process.exitCode = 1;
  }
}

async function print(options: CommonOptions): Promise<void> {
  const loaded = await loadSettings(options);
  const rows = [...knownKeys.values()].map((known) => {
    const value = writtenValue(loaded.config, known);
    const masked = known.setting.secret && isSet(value) ? '(set)' : value;
    return { key: known.path, value: masked, origin: placeOf(originIn(loaded, known.path)) };
  });
  outputOf(options).result({ data: rows }, () =>
    table(
      ['key', 'value', 'from'],
      rows.map(({ key, value, origin }) => [key, value === null ? '–' : JSON.stringify(value), origin]),
    ),
  );
}

const originIn = ({ origins }: LoadedConfig, path: string): Origin => origins.get(path) ?? { kind: 'default' };

function placeOf(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
    case 'settings':
      return 'set at run time';
    default:
      return 'default';
  }
}
