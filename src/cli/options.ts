/** The options that every command understands. */
import type { Command } from 'commander';
import { CommandError, createOutput, type Output } from './output.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Adds `--config`, `--data` and `--json`, and an example under the help. */
export const withCommonOptions = (command: Command, example: string): Command =>
  command
    .option('--config <file>', 'configuration file')
    .option('--data <folder>', 'data folder')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  ${example}`);

export const outputOf = ({ json }: CommonOptions): Output => createOutput(json === true);

/** @throws CommandError for what is no port */
export function portOf({ port }: { readonly port: string }): number {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new CommandError('--port is a number from 0 to 65535.', 2);
  return number;
}
