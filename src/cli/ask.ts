/** Asks a person, or reads what a program pipes in. */
import { createInterface } from 'node:readline/promises';
import { CommandError } from './output.ts';

/** One line from the terminal or from standard input. @throws CommandError when the input ends before it. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<never>((_, reject) =>
      lines.once('close', () => reject(new CommandError('The input ended before an answer came.'))),
    );
    return (await Promise.race([lines.question(question), ended])).trim();
  } finally {
    lines.close();
  }
}
