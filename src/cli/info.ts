/** `headgate version`. */
import type { Command } from 'commander';
import { VERSION } from '../version.ts';
import { type CommonOptions, outputOf, withExamples, withJson } from './options.ts';

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
}
