/** The checks that other programs do: formatting, lint, promises, types, dead code. Each runs in the tree that it is given. */
import type { Check, CheckResult } from './check.ts';
import { runProgram } from './run-program.ts';

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
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
  {
    name: 'code that only tests use',
    command: ['knip', '--production', '--no-progress', '--no-config-hints', '--config', 'tools/checks/knip-production.json'],
  },
];

export const toolChecks: readonly Check[] = tools.map((tool) => ({ name: tool.name, run: (root) => runTool(tool, root) }));

async function runTool({ command: [program, ...options], summary }: Tool, root: string): Promise<CheckResult> {
  const { code, output } = await runProgram(program, options, root);
  const lookedAt = summary?.exec(output)?.[1];
  if (code !== 0) return { ok: false, summary: `see below (${program})`, details: output.trim().split('\n') };
  if (summary !== undefined && lookedAt === undefined)
    return { ok: false, summary: `${program} looked at nothing`, details: [output] };
  return { ok: true, summary: lookedAt ?? program, details: [] };
}
