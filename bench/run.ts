/**
 * `make bench`: measures what Headgate costs, case by case, and says which of our aims are met. Writes `bench/results/<instant>.json`
 * and prints tables. CASES=cpu,pick runs some; BEFORE=<another built tree> measures that one beside this; see `settings.ts`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import type { BenchContext } from './case.ts';
import { measureAbort } from './cases/abort.ts';
import { measureCpu } from './cases/cpu.ts';
import { measureEvents } from './cases/events.ts';
import { measureLatency } from './cases/latency.ts';
import { measureMemory } from './cases/memory.ts';
import { measurePick } from './cases/pick.ts';
import { measureSlowReaders } from './cases/slow-readers.ts';
import { measureStall } from './cases/stall.ts';
import { measureStart } from './cases/start.ts';
import { asMarkdown, type CaseReport } from './figures.ts';
import { canPin, startUpstream, stepAside } from './processes.ts';
import { readSettings, type Settings } from './settings.ts';

const CASES: Readonly<Record<string, (context: BenchContext) => Promise<CaseReport>>> = {
  cpu: measureCpu,
  latency: measureLatency,
  events: measureEvents,
  memory: measureMemory,
  'slow-readers': measureSlowReaders,
  abort: measureAbort,
  start: measureStart,
  stall: measureStall,
  pick: measurePick,
};
const RESULTS = new URL('results/', import.meta.url);

async function runAll(settings: Settings): Promise<Readonly<Record<string, CaseReport>>> {
  const reports: Record<string, CaseReport> = {};
  stepAside();
  const upstream = await startUpstream();
  try {
    for (const name of settings.cases ?? Object.keys(CASES)) {
      const measure = CASES[name];
      if (!measure) throw new Error(`there is no case ${name}; there are ${Object.keys(CASES).join(', ')}`);
      const progress = (text: string) => void process.stderr.write(`${name}: ${text}\n`);
      reports[name] = await measure({ settings, upstreamUrl: upstream.url, progress });
    }
  } finally {
    await upstream.stop();
  }
  return reports;
}

async function keep(settings: Settings, reports: Readonly<Record<string, CaseReport>>): Promise<void> {
  const at = new Date().toISOString();
  await mkdir(RESULTS, { recursive: true });
  const result = { at, node: process.version, pinned: canPin, settings, reports };
  await writeFile(new URL(`${at.replaceAll(':', '-')}.json`, RESULTS), `${JSON.stringify(result, null, 1)}\n`);
}

const settings = readSettings(process.env);
const reports = await runAll(settings);
if (!settings.brief) await keep(settings, reports);
const all = Object.values(reports);
const parts = [...all.flatMap(({ tables = [] }) => tables), asMarkdown(all.flatMap(({ figures }) => figures))];
process.stdout.write(`\n${parts.join('\n\n')}\n`);
