/** Runs one of the installed programs in a tree and keeps what it said. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The programs are those of this project, whatever tree they look at. */
const BIN = join(import.meta.dirname, '../../node_modules/.bin');

/** A tool that has not ended by then hangs, and is ended. */
const TIMEOUT_MS = 120_000;

export interface ProgramEnd {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote to both of its outputs. */
  readonly output: string;
}

/**
 * Runs `program` with `cwd` as its folder, without input and without colours.
 * @throws when it is not installed.
 */
export function runProgram(program: string, options: readonly string[], cwd: string): Promise<ProgramEnd> {
  const child = spawn(join(BIN, program), options, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`${program} could not be started`, { cause })));
    child.once('close', (code) => resolve({ code, output: plain(Buffer.concat(chunks)) }));
  });
}

/** Some tools colour their output under CI whatever they are told. */
const plain = (output: Buffer): string => stripVTControlCharacters(output.toString());
