/** Asks before something that cannot be taken back. */
import { ask } from './ask.ts';
import { CommandError } from './output.ts';

/** Resolves when a person said yes, or `--yes` did. @throws CommandError otherwise; without a terminal `--yes` is needed */
export async function confirm(what: string, { yes = false }: { readonly yes?: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new CommandError(`${what} Say --yes if that is wanted.`, 2);
  const answer = await ask(`${what} Go on? [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw new CommandError('Nothing was changed.');
}
