/** Runs another program in place of this one: its input and output, its signals, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { codeOf } from '../storage/file-system.ts';
import { CommandError } from './output.ts';

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly umask: number;
  /** What to say where there is no such program. */
  readonly missing: string;
}

/** As shells tell them. */
const EXIT_MISSING = 127;
const EXIT_CANNOT_RUN = 126;

/** Sent to this process alone, so they are passed on. */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** A terminal sends them to every process in it: the program gets them by itself, and decides for both. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Resolves when it has ended; this process then ends as it did, by its exit code or by its signal.
 * @throws CommandError when it cannot be started
 */
export async function runProgram(
  name: string,
  args: readonly string[],
  { environment, umask, missing }: ProgramOptions,
): Promise<void> {
  process.umask(umask);
  let started: ChildProcess | null = null;
  // Before the start: a signal in between would end this process and leave the program behind.
  const stopPassing = passSignals((signal) => started?.kill(signal), process.stdin.isTTY === true);
  const child = spawn(name, args, { stdio: 'inherit', env: { ...environment } });
  started = child;
  const ended = Promise.withResolvers<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>();
  child.once('error', ended.reject);
  child.once('exit', (code, signal) => ended.resolve({ code, signal }));
  try {
    const { code, signal } = await ended.promise;
    stopPassing();
    if (signal === null) process.exitCode = code ?? 0;
    else process.kill(process.pid, signal);
  } catch (error) {
    stopPassing();
    const code = codeOf(error);
    if (code === 'ENOENT') throw new CommandError(missing, EXIT_MISSING);
    throw new CommandError(`${name} cannot be started (${code}).`, EXIT_CANNOT_RUN);
  }
}

/** Returns what ends it. */
function passSignals(pass: (signal: NodeJS.Signals) => void, inTerminal: boolean): () => void {
  const fromTerminal = (signal: NodeJS.Signals) => {
    if (!inTerminal) pass(signal);
  };
  for (const signal of PASSED_ON) process.on(signal, pass);
  for (const signal of FROM_TERMINAL) process.on(signal, fromTerminal);
  return () => {
    for (const signal of PASSED_ON) process.off(signal, pass);
    for (const signal of FROM_TERMINAL) process.off(signal, fromTerminal);
  };
}
