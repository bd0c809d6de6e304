/** The demo as a whole, in fast motion. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Demo, startDemo } from '../../../src/cli/start-demo.ts';
import { DEMO_ACCOUNTS, NEWCOMER } from '../../../src/simulator/demo/demo-accounts.ts';
import { DEMO_CLIENTS } from '../../../src/simulator/demo/demo-clients.ts';
import { NOW } from '../../support/builders.ts';

const FAST = { firstEventMs: 0, msPerEvent: 0, pauseMs: 2 };
const NOBODY = new Writable({ write: (_chunk, _encoding, done) => done() });
const SECOND = 1000;

describe('the demo', function () {
  this.timeout(30_000);
  let now: number;
  let demo: Demo;
  beforeEach(async () => {
    now = NOW;
    demo = await startDemo({ port: 0, pace: FAST, now: () => now, logStream: NOBODY });
  });
  afterEach(() => demo.stop({ graceful: false }));

  // biome-ignore lint/suspicious/noExplicitAny: replies are read field by field in tests
  const admin = async (path: string, body?: unknown): Promise<any> => {
    const reply = await fetch(`${demo.app.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${demo.app.adminKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return reply.json();
  };
  type Shown = Readonly<Record<string, never>> & {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly rate_limited_until: string | null;
    readonly windows: readonly { readonly name: string; readonly utilization: number }[];
    readonly counters: Readonly<Record<string, number>>;
  };
  const accounts = async (): Promise<Readonly<Record<string, Shown>>> => {
    const { data } = (await admin('/api/accounts')) as { data: readonly Shown[] };
    return Object.fromEntries(data.map((account) => [account.name, account]));
  };
  const account = async (name: string): Promise<Shown> => {
    const found = (await accounts())[name];
    assert.ok(found, `no account ${name}`);
    return found;
  };
  /** Looks again until it is so; mocha's time limit is the bound. */
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo()));
  };

  it('shows one account that serves, one that counts down, and one that needs a login, from the start', async () => {
    const shown = await accounts();
    assert.deepEqual(Object.fromEntries(Object.values(shown).map(({ name, status }) => [name, status])), {
      studio: 'active',
      weekend: 'rate_limited',
      'old-laptop': 'invalid',
    });
    const left = Date.parse(shown['weekend']?.rate_limited_until ?? '') - now;
    assert.ok(left > 30 * SECOND && left <= 120 * SECOND, `${left} ms`);
    assert.deepEqual(
      shown['studio']?.windows.map(({ name }) => name),
      ['5h', '7d'],
    );
  });

  it('has several clients that ask several models: requests, tokens and windows move', async () => {
    const before = (await account('studio')).counters;
    await until(async () => ((await account('studio')).counters['requests'] ?? 0) > 60);
    const { counters, windows } = await account('studio');
    for (const kind of ['input_tokens', 'output_tokens', 'cache_read_tokens'])
      assert.ok((counters[kind] ?? 0) > (before[kind] ?? 0), kind);
    assert.ok(windows.some(({ name, utilization }) => name === '7d_opus' && utilization > 0.6));
    interface Asked {
      readonly model: string;
      readonly key: { readonly name: string };
      readonly status: number;
    }
    const models = new Set<string>();
    const clients = new Set<string>();
    let data: readonly Asked[] = [];
    await until(async () => {
      ({ data } = (await admin('/api/requests?limit=200')) as { data: readonly Asked[] });
      for (const { model, key } of data) {
        models.add(model);
        if (key.name !== 'yours') clients.add(key.name);
      }
      return models.size >= 3 && clients.size >= DEMO_CLIENTS.length;
    });
    assert.deepEqual([...clients].sort(), DEMO_CLIENTS.map(({ name }) => name).sort());
    assert.deepEqual([...models].sort(), ['claude-haiku-4-5', 'claude-opus-5-5', 'claude-sonnet-5']);
    const failed = data.filter(({ status }) => status >= 500).length;
    assert.ok(failed < data.length / 20, `${failed} of ${data.length} failed`);
  });

  it('lets the account that counts down come back, and be used up again, while clients notice nothing', async () => {
    now += 75 * SECOND;
    assert.equal((await account('weekend')).status, 'active');
    await until(async () => ((await account('weekend')).windows[0]?.utilization ?? 1) < 1);
    await until(async () => (await account('weekend')).status === 'rate_limited');
    const again = Date.parse((await account('weekend')).rate_limited_until ?? '') - now;
    assert.equal(again, 150 * SECOND);
    const { data } = (await admin('/api/requests?limit=200')) as {
      data: readonly { readonly attempts: number; readonly status: number }[];
    };
    assert.ok(
      data.some(({ attempts, status }) => attempts > 1 && status === 200),
      'a failover is on record',
    );
    assert.ok(!data.some(({ status }) => status === 429));
  });

  /** What a person does in the browser, by the pages of the simulator. */
  async function approve(authorizationUrl: string, name: string): Promise<string> {
    const page = await (await fetch(authorizationUrl)).text();
    for (const known of [...DEMO_ACCOUNTS, NEWCOMER]) assert.ok(page.includes(`value="${known.name}"`), known.name);
    const sent = await fetch(authorizationUrl, { method: 'POST', body: new URLSearchParams({ account: name }) });
    const code = /<code id="code">([^<]+)<\/code>/.exec(await sent.text())?.[1];
    assert.ok(code, 'the page shows a code to paste');
    return code;
  }

  it('has an account to add by OAuth, which then serves', async () => {
    const { authorization_url } = await admin('/api/oauth/authorize', { name: NEWCOMER.name });
    const { result } = await admin('/api/accounts', { code: await approve(authorization_url, NEWCOMER.name) });
    assert.equal(result, 'created');
    await until(async () => ((await account(NEWCOMER.name)).counters['output_tokens'] ?? 0) > 0);
  });

  it('lets the revoked account log in again, and serve', async () => {
    const { id } = await account('old-laptop');
    const { authorization_url } = await admin('/api/oauth/authorize', { account_id: id });
    const { result } = await admin('/api/accounts', { code: await approve(authorization_url, 'old-laptop') });
    assert.deepEqual([result, (await account('old-laptop')).status], ['reauthorized', 'active']);
    await until(async () => ((await account('old-laptop')).counters['output_tokens'] ?? 0) > 0);
  });
});

describe('headgate demo', function () {
  this.timeout(30_000);

  it('says where to look, leaves nothing behind when it ends, and ends well', async () => {
    const launcher = join(import.meta.dirname, '../../../bin/headgate');
    const temporary = await mkdtemp(join(tmpdir(), 'headgate-test-'));
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TMPDIR: temporary };
    const child = spawn(launcher, ['demo', '--port', '0'], { env });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.resume();
    while (!output.includes('Ctrl-C ends it')) await once(child.stdout, 'data');
    for (const { name, look } of [...DEMO_ACCOUNTS, NEWCOMER]) assert.ok(output.includes(`${name.padEnd(14)}${look}`), name);
    const url = /Dashboard\s+(http:\S+)\/ui\//.exec(output)?.[1];
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await readdir(temporary)).length, 1, 'its data lie there while it runs');
    child.kill('SIGINT');
    const [exitCode] = (await once(child, 'close')) as [number | null];
    assert.deepEqual([exitCode, await readdir(temporary)], [0, []]);
    await rm(temporary, { recursive: true });
  });
});
