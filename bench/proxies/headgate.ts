/** The built product with everything that it does per request: key, account, token, replay, metering, counters and one log line. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstUrl, type Started, startNode, stop } from '../processes.ts';

const THIS_TREE = new URL('../..', import.meta.url).pathname;
/** So that the rotation has something to rotate over. */
const ACCOUNTS = ['one', 'two', 'three'];

export interface Headgate extends Started {
  readonly child: ChildProcess;
  /** A figure of `/metrics` that has no labels. */
  metric(name: string): Promise<number>;
}

export interface HeadgateOptions {
  /** A built tree other than this one. */
  readonly tree?: string;
  /** For Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** Without accounts and keys, in a data folder of its own that goes with it. */
export async function startEmptyHeadgate(
  upstreamUrl: string,
  { tree = THIS_TREE, nodeArgs = [] }: HeadgateOptions = {},
): Promise<Headgate & { readonly adminKey: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
  const env = { PATH: process.env['PATH'], SERVER__PORT: '0', CLAUDE__BASE_URL: upstreamUrl, STORAGE__DATA_FOLDER: folder };
  const args = [...nodeArgs, join(tree, 'dist/cli.js'), 'serve'];
  const child = startNode(args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const end = async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await firstUrl(child);
    const adminKey = (await readFile(join(folder, 'admin-key'), 'utf8')).trim();
    return { url, pid: child.pid ?? 0, headers: {}, stop: end, child, adminKey, metric: metricReader(url, adminKey) };
  } catch (error) {
    await end();
    throw error;
  }
}

export async function startHeadgate(upstreamUrl: string, options: HeadgateOptions = {}): Promise<Headgate> {
  const empty = await startEmptyHeadgate(upstreamUrl, options);
  try {
    const ask = asker(empty.url, empty.adminKey);
    for (const name of ACCOUNTS)
      await ask('/api/accounts', { name, kind: 'oauth_static', access_token: `made-up-token-${name}` });
    const { key } = (await ask('/api/keys', { name: 'bench' })) as { key: string };
    return { ...empty, headers: { authorization: `Bearer ${key}` } };
  } catch (error) {
    await empty.stop();
    throw error;
  }
}

const asker =
  (url: string, adminKey: string) =>
  async (path: string, body: object): Promise<unknown> => {
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  };

const metricReader = (url: string, adminKey: string) => async (name: string) => {
  const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } });
  const line = (await reply.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? Number.NaN);
};
