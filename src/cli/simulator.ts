/** `headgate simulator`: the fake upstream alone, without account and network, if wanted with a drill. */
import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { untilSignal } from '../main.ts';
import type { Drill } from '../simulator/drills/drill-schema.ts';
import { readDrill } from '../simulator/drills/read-drill.ts';
import { type DescribedFault, describedFaults, describedTokenFaults } from '../simulator/faults/describe-faults.ts';
import { runSimulator } from '../simulator/run-simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { portOf } from './options.ts';
import { CommandError, createOutput, table } from './output.ts';

interface SimulatorOptions {
  readonly port: string;
  readonly script?: string;
  readonly faults?: boolean;
  readonly json?: boolean;
}

const MAX_SCRIPT_BYTES = 1_000_000;

export function addSimulatorCommand(program: Command): void {
  program
    .command('simulator')
    .description('run the fake Claude API and authorization server alone')
    .option('--port <port>', 'listen port', '4010')
    .option('--script <file>', 'a drill to play: accounts and what befalls them, in YAML or JSON')
    .option('--faults', 'list the faults that a drill can name, and end')
    .option('--json', 'print the list of faults, or where it listens, as JSON')
    .addHelpText('after', '\nExample:\n  headgate simulator --script docs/drills/five-hour-limit.yaml')
    .action(simulator);
}

async function simulator(options: SimulatorOptions): Promise<void> {
  if (options.faults === true) return listFaults(options.json === true);
  const port = portOf(options);
  const drill = options.script === undefined ? null : await loadDrill(options.script);
  const output = createOutput(options.json === true);
  output.line();
  const running = await runSimulator({ port, drill, log: (line) => output.line(`  ${line}`) });
  output.line();
  if (output.json) process.stdout.write(`${JSON.stringify(facts(running))}\n`);
  await untilSignal(() => running.close());
}

const facts = (running: Simulator) => ({
  url: running.url,
  client_id: running.clientId,
  accounts: running.accounts().map(({ name }) => name),
  pid: process.pid,
});

function listFaults(asJson: boolean): void {
  const [faults, tokenFaults] = [describedFaults(), describedTokenFaults()];
  const rows = faults.map(({ kind, tells, parameters }) => [kind, tells, parameters.map(written).join(' ')]);
  const tokenRows = tokenFaults.map(({ kind, tells }) => [kind, tells]);
  createOutput(asJson).result(
    { faults, token_faults: tokenFaults },
    () => `${table(['FAULT', 'WHAT HAPPENS', 'PARAMETERS'], rows)}\n\n${table(['TOKEN FAULT', 'WHAT HAPPENS'], tokenRows)}`,
  );
}

const written = ({ name, default: value }: DescribedFault['parameters'][number]): string =>
  value === null ? `${name} (required)` : value === '' ? `[${name}]` : `${name}=${value}`;

async function loadDrill(file: string): Promise<Drill> {
  const reading = readDrill(await readText(file));
  if (reading.kind === 'drill') return reading.drill;
  throw new CommandError(`${file} is no drill that can be played:\n${reading.faults.map((fault) => `  ${fault}`).join('\n')}`, 2);
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_SCRIPT_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}.`, 2);
  }
  throw new CommandError(`${file} is larger than ${MAX_SCRIPT_BYTES / 1_000_000} MB.`, 2);
}
