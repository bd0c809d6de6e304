/** `headgate logs`: the log of the running server, as it keeps it in memory. */
import { type Command, InvalidArgumentError } from 'commander';
import { type LogLineView, logSchema, MAX_LOG_LINES, MAX_LOG_WAIT_SECONDS } from '../contract/logs.ts';
import { textLine } from '../observability/log-line.ts';
import { type ApiClient, ApiError, withServer } from './api-client.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { type Tone, toned } from './output.ts';

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly errors?: boolean;
  readonly requests?: boolean;
  readonly account?: string;
}

export function addLogsCommand(program: Command): void {
  withCommonOptions(
    program
      .command('logs')
      .description("print the running server's last log lines; with --json one JSON document a line")
      .option('-f, --follow', 'go on with what comes, until the server stops')
      .option('-n, --lines <number>', 'so many lines', lineCount, 100)
      .option('--errors', 'only warnings, errors, and requests answered with an error')
      .option('--requests', 'only requests')
      .option('--account <name>', 'only lines about this account'),
    'headgate logs -f --errors',
    'headgate logs -n 20 --requests --account work',
  ).action(logs);
}

function lineCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LOG_LINES) return Number(text);
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_LOG_LINES}.`);
}

async function logs(options: LogsOptions): Promise<void> {
  // Whoever reads may go away, as `head` does once it has enough.
  process.stdout.on('error', () => process.exit());
  await withServer(options, async (api) => {
    const first = await read(api, options, { limit: String(options.lines) });
    print(first.data, options);
    if (options.follow === true) await follow(api, options, first.next);
  });
}

async function follow(api: ApiClient, options: LogsOptions, from: string): Promise<void> {
  for (let after = from; ; ) {
    const wanted = { after, wait: String(MAX_LOG_WAIT_SECONDS), limit: String(MAX_LOG_LINES) };
    const page = await read(api, options, wanted).catch((error: unknown) => {
      if (error instanceof ApiError) throw error;
      return null;
    });
    if (page === null) return void process.stderr.write('The server has stopped.\n');
    if (page.missed > 0) process.stderr.write(`(${page.missed} lines in between are not kept any more.)\n`);
    print(page.data, options);
    after = page.next;
  }
}

async function read(api: ApiClient, { errors, requests, account }: LogsOptions, wanted: Readonly<Record<string, string>>) {
  const query = new URLSearchParams({
    ...wanted,
    ...(errors === true ? { errors: 'true' } : {}),
    ...(requests === true ? { requests: 'true' } : {}),
    ...(account === undefined ? {} : { account }),
  });
  return logSchema.parse(await api.call('GET', `/api/logs?${query.toString()}`));
}

const TONE_OF: Readonly<Record<LogLineView['level'], Tone>> = { error: 'bad', warn: 'doubtful', info: 'good', debug: 'aside' };

function print(lines: readonly LogLineView[], { json }: LogsOptions): void {
  const written = lines.map((line) => (json === true ? JSON.stringify(line) : asText(line)));
  if (written.length > 0) process.stdout.write(`${written.join('\n')}\n`);
}

const asText = ({ at, level, message, fields }: LogLineView): string =>
  textLine({ ...fields, timestamp: at, level: toned(TONE_OF[level], level.padEnd(5)), message });
