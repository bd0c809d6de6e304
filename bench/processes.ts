/** Starts the processes of the benchmark and reads what they cost. Linux only: CPU time and memory come from /proc. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** Fields that every request to it must carry. */
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

/** The proxy that is measured has a core to itself; the load and the upstream share another one. */
const PROXY_CORE = '0';
const OTHER_CORE = '1';
/** Processes are kept on their core where the system has the means to. */
export const canPin: boolean = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Moves this process, which makes the load, off the proxies' core. */
export function stepAside(): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', OTHER_CORE, String(process.pid)]);
}

/** Starts Node on the proxies' core, or beside it. */
export function startNode(args: readonly string[], options: SpawnOptions, core: string = PROXY_CORE): ChildProcess {
  return canPin ? spawn('taskset', ['-c', core, process.execPath, ...args], options) : spawn(process.execPath, args, options);
}

/** Runs a proxy of this folder until it has said its URL. */
export const startProxy = (script: string, upstreamUrl: string): Promise<Started> => start(script, [upstreamUrl], PROXY_CORE);

/** Runs the upstream until it has said its URL. */
export const startUpstream = (): Promise<Started> => start('upstream.ts', [], OTHER_CORE);

async function start(script: string, args: readonly string[], core: string): Promise<Started> {
  const path = new URL(script, import.meta.url).pathname;
  const child = startNode([path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] }, core);
  return { url: await firstUrl(child), pid: child.pid ?? 0, headers: {}, stop: () => stop(child) };
}

/** The first address that a process names on standard output. @throws Error when it ends first, or names none in time. */
export async function firstUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the process has no standard output');
  const late = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  try {
    for await (const line of createInterface(child.stdout)) {
      const [url] = /http:\/\/[\d.]+:\d+/.exec(line) ?? [];
      if (url) return url;
    }
  } finally {
    clearTimeout(late);
  }
  throw new Error('a process of the benchmark ended before it listened');
}

/** Ends a process: at once, or by a signal that it may answer by finishing its work. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** CPU time of all threads of the process so far, to the nanosecond: the ticks of /proc/<pid>/stat are ten milliseconds long. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1);
    nanoseconds += Number(onCpu);
  }
  return nanoseconds / 1e6;
}

/** Resident memory in bytes. */
export function rssBytes(pid: number): number {
  const [, kilobytes = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
