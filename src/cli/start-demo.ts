/** The product as the demo shows it: against the simulator, with accounts of different health and clients that ask. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type AppOptions, startApp } from '../app.ts';
import { resolveDemoConfig } from '../config/demo.ts';
import { createdAccountSchema, loginSchema } from '../contract/accounts.ts';
import { createdKeySchema } from '../contract/keys.ts';
import { DEMO_ACCOUNTS } from '../simulator/demo/demo-accounts.ts';
import { DEMO_CLIENTS } from '../simulator/demo/demo-clients.ts';
import { type DemoTraffic, startDemoTraffic } from '../simulator/demo/demo-traffic.ts';
import { beginDemoWeather, type DemoPace, startDemoUpstream } from '../simulator/demo/demo-upstream.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type ApiClient, clientOf } from './api-client.ts';

export interface DemoOptions extends Pick<AppOptions, 'now' | 'logStream'> {
  /** 0 takes any free one. */
  readonly port: number;
  /** A log line for every request; default: only what went wrong. */
  readonly verbose?: boolean;
  /** Default: as people and models are. */
  readonly pace?: DemoPace & { readonly pauseMs: number };
}

export interface Demo {
  readonly app: App;
  readonly upstream: Simulator;
  /** For the person who looks. */
  readonly apiKey: string;
  stop(options: Parameters<App['stop']>[0]): Promise<void>;
}

const LIFELIKE = { firstEventMs: 600, msPerEvent: 40, pauseMs: 1100 };

/** Resolves when every account has shown its health and the traffic flows. @throws what `startApp` throws */
export async function startDemo({ port, verbose = false, pace = LIFELIKE, now, logStream }: DemoOptions): Promise<Demo> {
  const upstream = await startDemoUpstream(now);
  const dataFolder = await mkdtemp(join(tmpdir(), 'headgate-demo-'));
  const clearAway = async (): Promise<void> => {
    await upstream.close();
    await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    const app = await startApp({
      loaded: resolveDemoConfig({ port, dataFolder, upstream: upstream.url, clientId: upstream.clientId, verbose }),
      ...(now ? { now } : {}),
      ...(logStream ? { logStream } : {}),
    });
    try {
      const { apiKey, traffic } = await bringToLife(app, upstream, pace);
      return {
        app,
        upstream,
        apiKey,
        async stop(how) {
          traffic.stop();
          await app.stop(how);
          await clearAway();
        },
      };
    } catch (error) {
      await app.stop({ graceful: false });
      throw error;
    }
  } catch (error) {
    await clearAway();
    throw error;
  }
}

async function bringToLife(
  app: App,
  upstream: Simulator,
  pace: NonNullable<DemoOptions['pace']>,
): Promise<{ readonly apiKey: string; readonly traffic: DemoTraffic }> {
  const api = clientOf(app.url, app.adminKey);
  for (const { name, isRevoked } of DEMO_ACCOUNTS) {
    await addAccount(api, upstream, name);
    if (isRevoked) upstream.revoke(name);
  }
  const apiKeys = new Map<string, string>();
  for (const name of ['yours', ...DEMO_CLIENTS.map((client) => client.name)]) apiKeys.set(name, await newKey(api, name));
  const apiKey = apiKeys.get('yours') ?? '';
  // The policy lets each account have one of them, which shows how it is.
  for (const { name } of DEMO_ACCOUNTS) await sayHello(app.url, apiKey, name);
  beginDemoWeather(upstream, pace);
  return { apiKey, traffic: startDemoTraffic({ baseUrl: app.url, apiKeys, pauseMs: pace.pauseMs }) };
}

/** As a person would: authorize, approve, paste. */
async function addAccount(api: ApiClient, upstream: Simulator, name: string): Promise<void> {
  const login = loginSchema.parse(await api.call('POST', '/api/oauth/authorize', { name }));
  const { code, state } = upstream.approve(login.authorization_url, name);
  createdAccountSchema.parse(await api.call('POST', '/api/accounts', { code: `${code}#${state}` }));
}

async function newKey(api: ApiClient, name: string): Promise<string> {
  return createdKeySchema.parse(await api.call('POST', '/api/keys', { name, role: 'user' })).key;
}

async function sayHello(url: string, apiKey: string, name: string): Promise<void> {
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-haiku-4-5',
      max_tokens: 64,
      messages: [{ role: 'user', content: `Is anybody there? (${name})` }],
    }),
  });
  await reply.arrayBuffer();
}
