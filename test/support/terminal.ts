/** A program in a pseudo terminal, as a person sees it: keys go in, and what is shown comes out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { eventually } from './eventually.ts';

const launcher = join(import.meta.dirname, '../../bin/headgate');

export const RETURN = '\r';

export interface Terminal {
  type(keys: string): void;
  /** Resolves when it has been shown. @throws Error with all that was shown instead */
  shows(what: RegExp): Promise<void>;
  /** Everything shown so far, without colours and movements. */
  text(): string;
  /** The same as it came. */
  raw(): string;
  /** Resolves with the exit code when the program has ended. */
  ended(): Promise<number | null>;
  kill(): Promise<void>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs `headgate` with these arguments in a terminal of script(1), which util-linux brings. */
export function openTerminal(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Terminal {
  const command = `stty cols 200 rows 50; exec ${[launcher, ...args].map(quoted).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', SHELL: '/bin/sh', TERM: 'xterm-256color', ...variables },
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  child.on('error', () => {
    shown += 'There is no pseudo terminal: script(1) of util-linux is missing.';
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const text = () => stripVTControlCharacters(shown);
  return {
    type: (keys) => void child.stdin.write(keys),
    shows: (what) =>
      eventually(() => {
        if (!what.test(text())) throw new Error(`${what} is not shown, but: ${text()}`);
      }),
    text,
    raw: () => shown,
    async ended() {
      const [code] = await closed;
      return code;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill();
      await closed;
    },
  };
}
