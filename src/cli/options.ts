/** The options that every command understands. */
import type { Command } from 'commander';
import { CommandError, createOutput, type Output } from './output.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Adds `--config`, `--data` and `--json`, and examples under the help. */
export const withCommonOptions = (command: Command, ...examples: readonly string[]): Command =>
  withExamples(withJson(withDataOptions(command)), ...examples);

export const withJson = (command: Command): Command => command.option('--json', 'print JSON');

/** Adds `--config` and `--data`: whose server or folder is meant. */
export const withDataOptions = (command: Command): Command =>
  command.option('--config <file>', 'configuration file').option('--data <folder>', 'data folder');

/** Adds examples under the help. */
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map((example) => `  ${example}`).join('\n')}`,
  );

export const outputOf = ({ json }: CommonOptions): Output => createOutput(json === true);

/** @throws CommandError for what is no port */
export function portOf({ port }: { readonly port: string }): number {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new CommandError('--port is a number from 0 to 65535.', 2);
  return number;
}
