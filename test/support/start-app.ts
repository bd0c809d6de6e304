/** The whole product in this process, on a free port and a folder of its own, with the simulator behind it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type App, startApp } from '../../src/app.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import type { FileSystem, LogFiles } from '../../src/storage/file-system.ts';
import { type ConfigOverrides, testLoaded } from './config.ts';

export interface World {
  readonly app: App;
  readonly simulator: Simulator;
  readonly dataFolder: string;
  /** A client's key of role user. */
  readonly key: string;
  /** Every log line so far. */
  readonly log: () => string;
  /** Calls the administration API with the admin key. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are read field by field in tests; their schemas are checked where they are made
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** Adds an account through the whole login, as a person would; returns its id. The simulator need not know it yet. */
  addAccount(name: string, over?: Parameters<Simulator['addAccount']>[0]): Promise<string>;
  /** `POST /v1/messages` with the client's key. */
  ask(over?: { body?: unknown; headers?: Record<string, string>; path?: string; signal?: AbortSignal }): Promise<Response>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  statusOf(id: string): Promise<any>;
  /** Ends the process's work as a signal would, and begins anew with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly config?: ConfigOverrides;
  readonly simulator?: SimulatorOptions;
  readonly accounts?: readonly string[];
  readonly now?: () => number;
  readonly steady?: () => number;
  readonly fs?: FileSystem & LogFiles;
}

export const aMessage = { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello' }] };

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const simulator = await createSimulator({ ...(options.now ? { now: options.now } : {}), ...options.simulator });
  const dataFolder = await mkdtemp(join(tmpdir(), 'headgate-test-'));
  try {
    return await startWith(simulator, dataFolder, options);
  } catch (error) {
    // A test that expects the start to be refused would otherwise keep mocha from ending.
    await clear(simulator, dataFolder);
    throw error;
  }
}

async function clear(simulator: Simulator, dataFolder: string): Promise<void> {
  await simulator.close();
  await rm(dataFolder, { recursive: true, force: true });
}

async function startWith(
  simulator: Simulator,
  dataFolder: string,
  { config = {}, accounts = [], now, steady, fs }: WorldOptions,
): Promise<World> {
  const lines: string[] = [];
  const logStream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const settings = testLoaded({
    ...config,
    server: { port: 0, ...config.server },
    storage: { dataFolder, ...config.storage },
    claude: { baseUrl: simulator.url, ...config.claude },
    retry: { baseDelayMs: 1, maxDelayMs: 2, ...config.retry },
    oauth: {
      clientId: simulator.clientId,
      authorizeUrl: `${simulator.url}/oauth/authorize`,
      tokenUrl: `${simulator.url}/v1/oauth/token`,
      redirectUri: `${simulator.url}/oauth/code/callback`,
      ...config.oauth,
    },
  });
  const start = () =>
    startApp({ loaded: settings, logStream, ...(now ? { now } : {}), ...(steady ? { steady } : {}), ...(fs ? { fs } : {}) });
  let app = await start();

  const admin: World['admin'] = async (method, path, body) => {
    const reply = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${app.adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: reply.status === 204 ? null : await reply.json() };
  };
  const key = (await admin('POST', '/api/keys', { name: 'test', role: 'user' })).body.key as string;
  const world: World = {
    get app() {
      return app;
    },
    simulator,
    dataFolder,
    key,
    log: () => lines.join(''),
    admin,
    async addAccount(name, over) {
      if (!simulator.accounts().some((account) => account.name === name)) simulator.addAccount({ ...over, name });
      const login = await admin('POST', '/api/oauth/authorize', { name });
      const { code, state } = simulator.approve(login.body.authorization_url, name);
      const added = await admin('POST', '/api/accounts', { name, code: `${code}#${state}` });
      return added.body.account.id;
    },
    ask: ({ body = aMessage, headers = {}, path = '/v1/messages', signal } = {}) =>
      fetch(`${app.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal ? { signal } : {}),
      }),
    statusOf: async (id) => (await admin('GET', `/api/accounts/${id}`)).body,
    async restart() {
      await app.stop({ graceful: true });
      app = await start();
    },
    async stop() {
      await app.stop({ graceful: false });
      await clear(simulator, dataFolder);
    },
  };
  for (const name of accounts) await world.addAccount(name);
  return world;
}
