/** The built product as a process of its own, as users run it, with the simulator behind it in this one. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiEntry } from '../../../src/simulator/books.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { startServer } from '../../support/spawn-server.ts';

export interface BuiltWorld {
  readonly url: string;
  readonly simulator: Simulator;
  readonly dataFolder: string;
  /** A client's key of role user. */
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: replies are read field by field; their schemas are checked where they are made
  admin(method: string, path: string, body?: object): Promise<any>;
  /** The account's status, by its name. */
  statusOf(account: string): Promise<string>;
  /** What came to the simulator at `path`, the queries left aside. */
  sentTo(path: string): readonly ApiEntry[];
  stop(): Promise<void>;
}

/**
 * @param accounts names of accounts to sign in with, in the order in which the pool rotates
 * @param settings environment variables of the product
 */
export async function startBuiltWorld(
  accounts: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<BuiltWorld> {
  const simulator = await createSimulator({ strictThinking: true });
  const folder = await mkdtemp(join(tmpdir(), 'headgate-clients-'));
  const server = await startServer({
    STORAGE__DATA_FOLDER: folder,
    CLAUDE__BASE_URL: simulator.url,
    OAUTH__CLIENT_ID: simulator.clientId,
    OAUTH__AUTHORIZE_URL: `${simulator.url}/oauth/authorize`,
    OAUTH__TOKEN_URL: `${simulator.url}/v1/oauth/token`,
    OAUTH__REDIRECT_URI: `${simulator.url}/oauth/code/callback`,
    ...settings,
  });
  const adminKey = (await readFile(join(folder, 'admin-key'), 'utf8')).trim();

  const admin: BuiltWorld['admin'] = async (method, path, body) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  for (const name of accounts) {
    simulator.addAccount({ name });
    const login = await admin('POST', '/api/oauth/authorize', { name });
    const { code, state } = simulator.approve(login.authorization_url, name);
    await admin('POST', '/api/accounts', { name, code: `${code}#${state}` });
  }
  return {
    url: server.url,
    simulator,
    dataFolder: folder,
    key: (await admin('POST', '/api/keys', { name: 'laptop' })).key,
    admin,
    async statusOf(account) {
      const { data } = await admin('GET', '/api/accounts');
      return data.find(({ name }: { name: string }) => name === account).status;
    },
    sentTo: (path) => simulator.books.api.filter(({ target }) => target.split('?', 1)[0] === path),
    async stop() {
      await server.end('SIGKILL');
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Which accounts served, each once. */
export const accountsOf = (entries: readonly ApiEntry[]): readonly (string | null)[] => [
  ...new Set(entries.map(({ account }) => account)),
];

const LOOK_MS = 10;

/** Resolves when it holds; for what another process does. @throws Error after `ms` */
export async function until(holds: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
