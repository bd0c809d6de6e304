/** Runs one pinned Claude Code as a user would, with an environment that holds nothing of this machine's. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuiltWorld } from './built-world.ts';

export const VERSIONS = ['2.1.197', '2.1.330'] as const;
export type Version = (typeof VERSIONS)[number];

export interface CliResult {
  readonly exitCode: number | null;
  /** The last JSON line that the CLI printed. */
  readonly result: {
    readonly result?: string;
    readonly num_turns?: number;
    readonly session_id?: string;
  };
  readonly output: string;
  readonly seconds: number;
}

export const clientsFolder = (): string => {
  const folder = process.env['HEADGATE_TEST_CLIENTS'];
  if (folder === undefined) throw new Error('run these tests by "make test-clients", which installs the clients');
  return folder;
};

/** The binary of the platform package, which npm puts beside or below the alias. */
export function binaryOf(version: Version): string {
  const alias = `claude-code-${version.replaceAll('.', '-')}`;
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const modules = join(clientsFolder(), 'node_modules');
  const candidates = [join(modules, alias, 'node_modules', platform, 'claude'), join(modules, platform, 'claude')];
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`Claude Code ${version} is not installed in ${modules}`);
  return found;
}

export interface CliRun {
  readonly version: Version;
  readonly world: Pick<BuiltWorld, 'url' | 'key'>;
  readonly prompt: string;
  /** Instead of the world's. */
  readonly key?: string;
  readonly extra?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its home, and where it works; absent: a fresh one for this run alone. */
  readonly home?: string;
}

const LIMIT_MS = 60_000;

/** What every run has. A proxy that nobody offers keeps from the network what is not meant for this machine. */
export const environmentOf = ({ world, key = world.key }: Pick<CliRun, 'world' | 'key'>, home: string) => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: home,
  ANTHROPIC_BASE_URL: world.url,
  ANTHROPIC_AUTH_TOKEN: key,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
});

export const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };

export async function runClaude(run: CliRun): Promise<CliResult> {
  const { version, prompt, extra = [], env = QUIET, home: given } = run;
  const home = given ?? (await mkdtemp(join(tmpdir(), 'headgate-cli-')));
  const startedAt = performance.now();
  const child = spawn(binaryOf(version), ['-p', prompt, '--output-format', 'json', '--allowedTools', 'Bash,Agent', ...extra], {
    cwd: home,
    env: { ...environmentOf(run, home), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (given === undefined) await rm(home, { recursive: true, force: true });
  const last = output.trim().split('\n').at(-1) ?? '';
  return { exitCode, result: parse(last), output: `${output}${errors}`, seconds: (performance.now() - startedAt) / 1000 };
}

function parse(line: string): CliResult['result'] {
  try {
    return JSON.parse(line) as CliResult['result'];
  } catch {
    return {};
  }
}
