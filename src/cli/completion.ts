/** `headgate completion`: a script that lets a shell complete commands and options. */
import { Argument, type Command } from 'commander';
import { bashScript } from './completion/bash-script.ts';
import { commandWords } from './completion/command-words.ts';
import { fishScript } from './completion/fish-script.ts';
import { zshScript } from './completion/zsh-script.ts';
import { withExamples } from './options.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export function addCompletionCommand(program: Command): void {
  withExamples(
    program
      .command('completion')
      .description('print a script that lets the shell complete commands and options')
      .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SCRIPTS))),
    'eval "$(headgate completion bash)"',
    'headgate completion fish > ~/.config/fish/completions/headgate.fish',
  ).action((shell: keyof typeof SCRIPTS) => {
    process.stdout.write(SCRIPTS[shell](commandWords(program)));
  });
}
