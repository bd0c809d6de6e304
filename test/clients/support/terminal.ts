/** Claude Code in a terminal, as a person sees it: keys go in, and what is shown comes out. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type BuiltWorld, until } from './built-world.ts';
import { binaryOf, environmentOf, QUIET, type Version } from './claude-code.ts';

export interface Terminal {
  /** Types the text, and the return key once it is shown. */
  enter(text: string): Promise<void>;
  press(key: string): void;
  /** Resolves when these words have been shown since the last `enter`; spaces do not count. @throws Error with all that was shown instead */
  shows(words: string): Promise<void>;
  /** Resolves with the exit code when the program has ended by itself. */
  ended(): Promise<number | null>;
  /** Ends it, whatever it does. */
  kill(): Promise<void>;
}

export interface TerminalOptions {
  readonly version: Version;
  readonly world: BuiltWorld;
  /** A folder for this run alone. */
  readonly home: string;
}

export const ESCAPE = '\u001b';
const COLUMNS = 160;
const ROWS = 50;
const PATIENCE_MS = 30_000;

const withoutSpaces = (text: string): string => text.replaceAll(/\s+/g, '');

/** Starts it with its questions for newcomers answered, and resolves when it waits for input. */
export async function openTerminal({ version, world, home }: TerminalOptions): Promise<Terminal> {
  const projects = { [home]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } };
  await writeFile(join(home, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true, theme: 'dark', projects }));
  const command = `stty rows ${ROWS} cols ${COLUMNS}; exec '${binaryOf(version)}'`;
  const child: ChildProcess = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: home,
    env: { ...environmentOf({ world }, home), ...QUIET, TERM: 'xterm-256color', SHELL: '/bin/sh' },
  });
  let shown = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  child.on('error', () => {
    shown += 'There is no pseudo terminal: script(1) of util-linux is missing.';
  });
  const closed = once(child, 'close') as Promise<[number | null]>;

  const shows = async (words: string) => {
    const text = () => withoutSpaces(stripVTControlCharacters(shown));
    await until(() => text().includes(withoutSpaces(words)), `"${words}" in a terminal`, PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`shown was: ${text()}`, { cause: error });
    });
  };
  const terminal: Terminal = {
    shows,
    async enter(text) {
      shown = '';
      child.stdin?.write(text);
      await shows(text);
      child.stdin?.write('\r');
    },
    press: (key) => void child.stdin?.write(key),
    async ended() {
      const [code] = await closed;
      return code;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill();
      await closed;
    },
  };
  await shows('API Usage Billing').catch(async (error: unknown) => {
    await terminal.kill();
    throw error;
  });
  return terminal;
}
