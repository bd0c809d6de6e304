/** The checks that other programs do: formatting, lint, promises, types, dead code. Each runs in the tree that it is given. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Check, CheckResult } from './check.ts';
import { exists } from './tree.ts';

/** The programs are those of this project, whatever tree they look at. */
const BIN = join(import.meta.dirname, '../../node_modules/.bin');

/** A tool that has not ended by then hangs. */
const TIMEOUT_MS = 120_000;

interface Tool {
  readonly name: string;
  readonly command: readonly [program: string, ...options: string[]];
  /** Finds in the output what was looked at; no match means that the tool looked at nothing. */
  readonly summary?: RegExp;
}

const tools: readonly Tool[] = [
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=100'],
    summary: /^Checked ([1-9]\d* files?)/m,
  },
  {
    name: 'promises',
    command: ['oxlint', '--type-aware', '--format=default', '--report-unused-disable-directives-severity=error'],
    summary: / on ([1-9]\d* files?)/,
  },
  { name: 'types', command: ['tsc', '--build', '--pretty', 'false'] },
  { name: 'dead code', command: ['knip', '--no-progress', '--treat-config-hints-as-errors'] },
  {
    name: 'code that only tests use',
    command: ['knip', '--production', '--no-progress', '--config', 'tools/checks/knip-production.json'],
  },
];

export const toolChecks: readonly Check[] = tools.map((tool) => ({ name: tool.name, run: (root) => runTool(tool, root) }));

async function runTool({ command, summary }: Tool, root: string): Promise<CheckResult> {
  const [program, ...options] = command;
  if (!exists(BIN, program)) return { ok: false, summary: `${program} is not installed`, details: [] };
  const { code, output } = await run(join(BIN, program), options, root);
  const lookedAt = summary?.exec(output)?.[1];
  if (code !== 0) return { ok: false, summary: `see below (${program})`, details: output.trim().split('\n') };
  if (summary !== undefined && lookedAt === undefined)
    return { ok: false, summary: `${program} looked at nothing`, details: [output] };
  return { ok: true, summary: lookedAt ?? program, details: [] };
}

function run(program: string, options: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, options, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
