/** `headgate demo`: the product to look at, against the bundled simulator, without account and network. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { startApp } from '../app.ts';
import { resolveDemoConfig } from '../config/demo.ts';
import { createdAccountSchema, loginSchema } from '../contract/accounts.ts';
import { createdKeySchema } from '../contract/keys.ts';
import { untilSignal } from '../main.ts';
import { DEMO_ACCOUNTS, spoil } from '../simulator/demo-accounts.ts';
import { startDemoTraffic } from '../simulator/demo-traffic.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { type ApiClient, clientOf } from './api-client.ts';
import { portOf } from './options.ts';

interface DemoOptions {
  readonly port: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('run against the bundled simulator: three accounts of different health, live traffic, no network')
    .option('--port <port>', 'listen port', '4000')
    .addHelpText('after', '\nExample:\n  headgate demo')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const upstream = await createSimulator();
  const dataFolder = await mkdtemp(join(tmpdir(), 'headgate-demo-'));
  try {
    const app = await startApp({
      loaded: resolveDemoConfig({ port: portOf(options), dataFolder, upstream: upstream.url, clientId: upstream.clientId }),
    });
    const api = clientOf(app.url, app.adminKey);
    await addDemoAccounts(api, upstream);
    const { key } = createdKeySchema.parse(await api.call('POST', '/api/keys', { name: 'demo', role: 'user' }));
    const traffic = startDemoTraffic({ baseUrl: app.url, apiKey: key });
    process.stdout.write(
      `\n  Headgate demo   ${app.url}/ui/\n  Admin key       ${app.adminKey}\n  Accounts        curl -H "authorization: Bearer ${app.adminKey}" ${app.url}/api/accounts\n  Claude Code     ANTHROPIC_BASE_URL=${app.url} ANTHROPIC_AUTH_TOKEN=${key} claude\n\n  Everything is simulated. Ctrl-C ends it.\n\n`,
    );
    await untilSignal(async (hurry) => {
      traffic.stop();
      await app.stop({ graceful: true, hurry });
    });
  } finally {
    await upstream.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** Adds the accounts as a person would: authorize, approve, paste. */
async function addDemoAccounts(api: ApiClient, upstream: Simulator): Promise<void> {
  for (const account of DEMO_ACCOUNTS) {
    upstream.addAccount(account);
    const login = loginSchema.parse(await api.call('POST', '/api/oauth/authorize', { name: account.name }));
    const { code, state } = upstream.approve(login.authorization_url, account.name);
    createdAccountSchema.parse(await api.call('POST', '/api/accounts', { code: `${code}#${state}` }));
    spoil(upstream, account);
  }
}
