/** The product as users start it, to be killed at any moment, also before it has said that it listens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the launcher runs, without the launcher: two hundred starts are many. */
const program = join(import.meta.dirname, '../../dist/cli.js');
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/headgate');

export interface KillableServer {
  readonly pid: number;
  /** Its address, and how long the start took; null when it was killed before it listened. @rejects when it ended by itself */
  readonly up: Promise<{ readonly url: string; readonly startMs: number } | null>;
  /** True from the moment of the kill on: what breaks then is meant to. */
  readonly isKilled: boolean;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export function startKillable(variables: Readonly<Record<string, string>>): KillableServer {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'serve', '--port', '0'], {
    cwd: '/',
    env: { NODE_COMPILE_CACHE: compileCache, HOME: '/nonexistent', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const up = Promise.withResolvers<{ url: string; startMs: number } | null>();
  let isKilled = false;
  let output = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const url = /Dashboard\s+(http:\S+)\/ui\//.exec(said)?.[1];
    if (url) up.resolve({ url, startMs: performance.now() - startedAt });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-10_000);
  });
  const gone = once(child, 'close');
  gone.then(
    () => (isKilled ? up.resolve(null) : up.reject(new Error(`the server ended by itself with ${child.exitCode}:\n${output}`))),
    up.reject,
  );
  return {
    pid: child.pid ?? 0,
    up: up.promise,
    get isKilled() {
      return isKilled;
    },
    async kill() {
      if (child.exitCode !== null) throw new Error(`the server ended by itself with ${child.exitCode}:\n${output}`);
      isKilled = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}
