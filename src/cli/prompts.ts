/** Questions to a person at a terminal; on standard error, so that standard output holds results alone. */
import { CommandError, EXIT } from './output.ts';

/** Is there a person who can be asked? */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** What is wrong with an answer, or undefined; the person can then put it right. */
export type Judge = (answer: string) => string | undefined;

const acceptAny: Judge = () => undefined;
const output = process.stderr;

/** The library is loaded for a question only: it would make every command slower to start. */
const library = () => import('@clack/prompts');

/** Without blanks around it. @throws CommandError when the person gives up */
export async function askText(message: string, judge = acceptAny): Promise<string> {
  const { text } = await library();
  return (await answered(text({ message, output, validate: (answer) => judge((answer ?? '').trim()) }))).trim();
}

/** The answer is not shown, and taken as it is. @throws CommandError when the person gives up */
export async function askHidden(message: string, judge = acceptAny): Promise<string> {
  const { password } = await library();
  return answered(password({ message, output, validate: (answer) => judge(answer ?? '') }));
}

/** @throws CommandError when the person gives up */
export async function choose<T extends string>(message: string, options: Readonly<Record<T, string>>): Promise<T> {
  const { select } = await library();
  const listed = Object.entries<string>(options).map(([value, label]) => ({ value, label }));
  return (await answered(select<string>({ message, options: listed, output }))) as T;
}

async function answered(asked: Promise<string | symbol>): Promise<string> {
  const answer = await asked;
  if (typeof answer === 'symbol') throw new CommandError('Given up; nothing was changed.', EXIT.interrupted);
  return answer ?? '';
}
