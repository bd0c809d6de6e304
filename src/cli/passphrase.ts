/** Asks for the passphrase of an archive: from a file, or from the terminal without showing it. */
import { readFile } from 'node:fs/promises';
import { MIN_PASSPHRASE } from '../storage/archive/sealed-archive.ts';
import { ask } from './ask.ts';
import { CommandError } from './output.ts';
import { askHidden } from './prompts.ts';

export interface PassphraseOptions {
  readonly passphraseFile?: string;
}

/** For a new archive: asked twice, and long enough. @throws CommandError */
export async function newPassphrase(options: PassphraseOptions): Promise<string> {
  const passphrase = await read(options, `Passphrase for the archive (at least ${MIN_PASSPHRASE} characters)`);
  if (passphrase.length < MIN_PASSPHRASE)
    throw new CommandError(
      `A passphrase has at least ${MIN_PASSPHRASE} characters: an archive can be tried as often as somebody likes.`,
    );
  if (isAsked(options) && process.stdin.isTTY && (await askHidden('Once more')) !== passphrase)
    throw new CommandError('The two passphrases differ.');
  return passphrase;
}

/** Of an archive that exists. @throws CommandError */
export const knownPassphrase = (options: PassphraseOptions): Promise<string> => read(options, 'Passphrase of the archive');

const isAsked = ({ passphraseFile }: PassphraseOptions): boolean => passphraseFile === undefined;

async function read({ passphraseFile }: PassphraseOptions, question: string): Promise<string> {
  if (passphraseFile === undefined) return process.stdin.isTTY ? askHidden(question) : ask(`${question}: `);
  const text = await readFile(passphraseFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${passphraseFile} cannot be read (${error.code}).`);
  });
  return text.replace(/\r?\n$/, '');
}
