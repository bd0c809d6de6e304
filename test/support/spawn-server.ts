/** The product as users start it: a process of its own, told everything by its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../../bin/headgate');

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Sends the signal and resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly output: string;
}

const environmentOf = (variables: Readonly<Record<string, string>>) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  ...variables,
});

/** Runs one command to its end. */
export async function runCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandEnd> {
  const child = spawn(launcher, args, { cwd: '/', env: environmentOf(variables) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** Starts a server and resolves when it listens. @throws Error with its output when it ends before that */
export async function startServer(variables: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(launcher, ['serve', '--port', '0'], {
    cwd: '/',
    env: environmentOf(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listening = Promise.withResolvers<string>();
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    const url = /headgate listens url=(http:\S+)/.exec(output)?.[1];
    if (url && output.includes('Admin key')) listening.resolve(url);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const exited = once(child, 'close') as Promise<[number | null]>;
  exited.then(([code]) => listening.reject(new Error(`the server ended with ${code}:\n${output}`)), listening.reject);
  const url = await listening.promise;
  return {
    url,
    child,
    output: () => output,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}
