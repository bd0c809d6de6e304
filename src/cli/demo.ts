/** `headgate demo`: the product to look at, against the bundled simulator, without account and network. */
import type { Command } from 'commander';
import { untilSignal } from '../main.ts';
import { DEMO_ACCOUNTS, NEWCOMER } from '../simulator/demo/demo-accounts.ts';
import { DEMO_CLIENTS } from '../simulator/demo/demo-clients.ts';
import { portOf } from './options.ts';
import { type Demo, startDemo } from './start-demo.ts';

interface DemoFlags {
  readonly port: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('run against the bundled simulator: three accounts of different health, live traffic, no network')
    .option('--port <port>', 'listen port', '4000')
    .option('--verbose', 'log every request')
    .option('--json', 'say where it listens, and the keys, as one line of JSON')
    .addHelpText('after', '\nExample:\n  headgate demo')
    .action(async (options: DemoFlags) => {
      const demo = await startDemo({ port: portOf(options), verbose: options.verbose === true });
      process.stdout.write(options.json === true ? `${JSON.stringify(facts(demo))}\n` : `\n${guide(demo).join('\n')}\n\n`);
      await untilSignal((hurry) => demo.stop({ graceful: true, hurry }));
    });
}

const COLUMN = 14;
const line = (name: string, text: string): string => `  ${name.padEnd(COLUMN)}${text}`;

const facts = ({ app, apiKey }: Demo) => ({
  url: app.url,
  dashboard: `${app.url}/ui/`,
  admin_key: app.adminKey,
  api_key: apiKey,
  pid: process.pid,
});

/** Where to go and what to look at. */
function guide({ app, apiKey }: Demo): readonly string[] {
  return [
    line('Dashboard', `${app.url}/ui/`),
    line('Admin key', app.adminKey),
    '',
    ...[...DEMO_ACCOUNTS, NEWCOMER].map(({ name, look }) => line(name, look)),
    '',
    line(
      'Clients',
      `${DEMO_CLIENTS.map(({ name }) => name).join(', ')}: conversations on opus, sonnet and haiku, a few retries among them`,
    ),
    line('Your own', `ANTHROPIC_BASE_URL=${app.url} ANTHROPIC_AUTH_TOKEN=${apiKey} claude`),
    line('By API', `curl -H "authorization: Bearer ${app.adminKey}" ${app.url}/api/accounts`),
    '',
    '  Everything is simulated. Ctrl-C ends it.',
  ];
}
