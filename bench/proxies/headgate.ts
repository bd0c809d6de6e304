/** The built product with everything that it does per request: key, account, token, replay, metering, counters and one log line. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstUrl, type Started, startNode, stop } from '../processes.ts';

const PROGRAM = new URL('../../dist/cli.js', import.meta.url).pathname;
/** So that the rotation has something to rotate over. */
const ACCOUNTS = ['one', 'two', 'three'];

export async function startHeadgate(upstreamUrl: string): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
  const env = { PATH: process.env['PATH'], SERVER__PORT: '0', CLAUDE__BASE_URL: upstreamUrl, STORAGE__DATA_FOLDER: folder };
  const child = startNode([PROGRAM, 'serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const end = async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await firstUrl(child);
    const ask = asker(url, (await readFile(join(folder, 'admin-key'), 'utf8')).trim());
    for (const name of ACCOUNTS)
      await ask('/api/accounts', { name, kind: 'oauth_static', access_token: `made-up-token-${name}` });
    const { key } = (await ask('/api/keys', { name: 'bench' })) as { key: string };
    return { url, pid: child.pid ?? 0, headers: { authorization: `Bearer ${key}` }, stop: end };
  } catch (error) {
    await end();
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
