/** `headgate plan`: what each way of choosing an account would make of a pool's quota, by replaying traffic under a virtual clock. */
import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Contender, contenders } from '../planning/contenders.ts';
import { plan } from '../planning/plan.ts';
import { readTrace } from '../planning/read-trace.ts';
import { reportHeader, reportRows, reportTitle } from '../planning/report.ts';
import type { Trace } from '../planning/trace.ts';
import { CommandError, createOutput, table } from './output.ts';

interface PlanOptions {
  readonly accounts: string;
  readonly load: string;
  readonly days: string;
  readonly seeds: string;
  readonly policy?: string;
  readonly trace?: string;
  readonly json?: boolean;
}

/** Read as a whole, so it has to fit. */
const MAX_TRACE_BYTES = 400_000_000;

export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('compare the selection policies on a trace of sessions, without network and without waiting')
    .option('--accounts <number>', 'equal accounts in the pool', '5')
    .option('--load <percent>', 'work offered, as a share of the weekly quota', '100')
    .option('--days <number>', 'length of a made-up trace', '14')
    .option('--seeds <number>', 'traces and calendars of quota windows to average over', '40')
    .option('--policy <names>', `only these, divided by commas: ${contenders.map(({ name }) => name).join(', ')}`)
    .option('--trace <file>', 'recorded requests, one JSON object a line, instead of made-up traces')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  headgate plan --accounts 3 --load 120')
    .action(runPlan);
}

async function runPlan(options: PlanOptions): Promise<void> {
  const report = plan({
    accounts: wholeNumber('--accounts', options.accounts, 100),
    load: wholeNumber('--load', options.load, 1000) / 100,
    days: wholeNumber('--days', options.days, 90),
    seeds: wholeNumber('--seeds', options.seeds, 1000),
    contenders: chosenContenders(options.policy),
    trace: options.trace === undefined ? null : await loadTrace(options.trace),
  });
  createOutput(options.json === true).result(
    report,
    () => `${reportTitle(report)}\n\n${table(reportHeader, reportRows(report))}`,
  );
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new CommandError(`${option} is a whole number from 1 to ${most}.`, 2);
  return number;
}

/** In the order of the command line: the first is what the others are measured against. */
function chosenContenders(names: string | undefined): readonly Contender[] {
  if (names === undefined) return contenders;
  return names.split(',').map((name) => {
    const found = contenders.find((contender) => contender.name === name.trim());
    if (found) return found;
    throw new CommandError(`--policy knows ${contenders.map((contender) => contender.name).join(', ')}.`, 2);
  });
}

async function loadTrace(file: string): Promise<Trace> {
  const text = await readText(file);
  const reading = readTrace(text);
  if (reading.kind === 'fault') throw new CommandError(`${file}: ${reading.message}.`, 2);
  return reading.trace;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_TRACE_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`, 2);
  }
  throw new CommandError(`${file} is larger than ${MAX_TRACE_BYTES / 1_000_000} MB.`, 2);
}
