/** The tables of `docs/cli.md`: every command with its options, read off the tree of commands itself. */
import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { betweenMarkers, cell, type Document } from './document.ts';

export const cliDocuments: readonly Document[] = [
  { file: 'docs/cli.md', render: (current) => betweenMarkers(current, 'commands', commandTable(createProgram())) },
];

/** Explained once, above the table. */
const COMMON = new Set(['--config', '--data', '--json', '--yes']);

/** A row for each command that can be run. */
function commandTable(program: Command): string {
  const rows = leavesOf(program, '').map(
    ({ path, command }) =>
      `| ${[`\`${usage(path, command)}\``, cell(command.description()), optionsOf(command), commonOf(command)].join(' | ')} |`,
  );
  return ['', '| command | does | options | also |', '|---|---|---|---|', ...rows, ''].join('\n');
}

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

function leavesOf(group: Command, path: string): readonly Leaf[] {
  return group.commands.flatMap((command) => {
    const here = `${path}${command.name()}`;
    return command.commands.length > 0 ? leavesOf(command, `${here} `) : [{ path: here, command }];
  });
}

const usage = (path: string, command: Command): string =>
  [
    path,
    ...command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    }),
  ].join(' ');

const optionsOf = (command: Command): string =>
  command.options
    .filter(({ long, hidden }) => !hidden && !COMMON.has(long ?? ''))
    .map((option) => `\`${option.flags}\` ${cell(explained(option))}`)
    .join('<br>');

function explained({ description, argChoices, defaultValue, mandatory }: Option): string {
  const notes = [
    ...(argChoices ? [argChoices.join(', ')] : []),
    ...(defaultValue === undefined ? [] : [`default ${String(defaultValue)}`]),
    ...(mandatory ? ['required'] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

const commonOf = (command: Command): string =>
  command.options
    .filter(({ long }) => COMMON.has(long ?? ''))
    .map(({ long }) => `\`${long}\``)
    .join(' ');
