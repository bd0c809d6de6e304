/** What can stand where on the command line, read off the tree of commands: what the scripts for all shells are made from. */
import type { Command, Option } from 'commander';

export interface CommandWords {
  /** `accounts add`; empty for `headgate` itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWords[];
  /** Its arguments are files. */
  readonly takesFiles: boolean;
}

interface Word {
  readonly word: string;
  readonly description: string;
}

export interface OptionWords {
  /** `--key`, `-n`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly value: 'none' | 'file' | 'other' | readonly string[];
}

/** Of the command and everything below it. What follows `claude` is for another program, which knows it better. */
export function commandWords(command: Command, path = ''): readonly CommandWords[] {
  const here: CommandWords = {
    path,
    commands: command.commands.map((below) => ({ word: below.name(), description: below.description() })),
    options: command.options.filter(({ hidden }) => !hidden).map(wordsOf),
    takesFiles: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [here, ...command.commands.flatMap((below) => commandWords(below, `${path} ${below.name()}`.trim()))];
}

function wordsOf({ short, long, description, argChoices, required, optional, flags }: Option): OptionWords {
  const names = [short, long].filter((name) => name !== undefined);
  if (!required && !optional) return { flags: names, description, value: 'none' };
  const value = argChoices ?? (/<(file|folder)>/.test(flags) ? 'file' : 'other');
  return { flags: names, description, value };
}
