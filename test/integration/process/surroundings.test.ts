/** What the process is started in and with: switches that it does not run under, and variables that change nothing. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { runCommand, type ServerProcess, startServer } from '../../support/spawn-server.ts';
import { aMessage } from '../../support/start-app.ts';

/** Node runs this before the product: a fault that nobody expects, on demand. */
const PLANTED_FAULT = "process.on('SIGUSR2', () => { throw new Error('planted fault with sk-ant-planted-secret'); });";
const PLANTED_REJECTION = "process.on('SIGUSR2', () => { Promise.reject(new Error('planted rejection')); });";
/** Nothing that is waited for at the end comes, and time passes twenty times as fast. */
const PLANTED_HANG = `import net from 'node:net'; process.on('SIGUSR2', () => {
  const real = setTimeout;
  globalThis.setTimeout = (work, ms, ...rest) => real(work, ms / 20, ...rest);
  net.Server.prototype.close = function () { return this; };
  throw new Error('planted fault');
});`;
const preload = (code: string): string => `--import=data:text/javascript,${encodeURIComponent(code)}`;

describe('the process in its surroundings', function () {
  this.timeout(20_000);
  let simulator: Simulator;
  let folder: string;
  let server: ServerProcess | null;
  let variables: Record<string, string>;

  beforeEach(async () => {
    server = null;
    simulator = await createSimulator();
    simulator.addAccount({ name: 'one' });
    folder = await mkdtemp(join(tmpdir(), 'headgate-around-'));
    variables = { STORAGE__DATA_FOLDER: folder, CLAUDE__BASE_URL: simulator.url };
  });
  afterEach(async () => {
    if (server?.child.exitCode === null) await server.end('SIGKILL');
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (more: Record<string, string> = {}): Promise<ServerProcess> => {
    server = await startServer({ ...variables, ...more });
    return server;
  };
  const admin = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const adminKey = (await readFile(join(folder, 'admin-key'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const reply = await fetch(`${server?.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(reply.status, 201);
    return (await reply.json()) as Record<string, unknown>;
  };
  /** Gives the running server an account and a client, which then asks. */
  async function aClient(): Promise<() => Promise<Response>> {
    await admin('/api/accounts', { name: 'one', kind: 'api_key', api_key: simulator.issueApiKey('one') });
    const key = String((await admin('/api/keys', { name: 'laptop' }))['key']);
    return () =>
      fetch(`${server?.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': key }, body: JSON.stringify(aMessage) });
  }

  for (const [what, more, says] of [
    ['where no certificate is verified', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /NODE_TLS_REJECT_UNAUTHORIZED=0 would send/],
    ['with a parser that lets anything through', { NODE_OPTIONS: '--insecure-http-parser' }, /--insecure-http-parser would let/],
    ['where a debugger can attach', { NODE_OPTIONS: '--inspect=127.0.0.1:0' }, /A debugger can attach[^\n]*--allow-debugger/],
  ] as const) {
    it(`does not run ${what}, and says why`, async () => {
      await assert.rejects(startServer({ ...variables, ...more }), says);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('never adds an account over a connection that is not verified', async () => {
    const { exitCode, output } = await runCommand(['accounts', 'list'], { ...variables, NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    assert.equal(exitCode, 1);
    assert.match(output, /NODE_EXTRA_CA_CERTS/);
  });

  for (const [what, code] of [
    ['fault', PLANTED_FAULT],
    ['rejection', PLANTED_REJECTION],
  ] as const) {
    it(`ends at a ${what} that nobody expected, says so without a secret, and loses nothing`, async () => {
      const running = await start({ NODE_OPTIONS: preload(code) });
      const ask = await aClient();
      assert.equal((await ask()).status, 200);
      assert.equal(await running.end('SIGUSR2'), 1);
      assert.match(running.output(), /an unexpected fault ends the process[^\n]*planted/);
      assert.doesNotMatch(running.output(), /planted-secret/);
      assert.match(await readFile(join(folder, 'api-keys.json'), 'utf8'), /"lastUsedAt": ?\d/);
      await start();
      assert.equal((await ask()).status, 200);
    });
  }

  it('ends within a bounded time at such a fault also where saving hangs', async () => {
    const running = await start({ NODE_OPTIONS: preload(PLANTED_HANG) });
    await aClient();
    assert.equal(await running.end('SIGUSR2'), 1);
    assert.equal(running.output().match(/an unexpected fault ends the process/g)?.length, 1);
  });

  it('is not diverted by proxies that its environment names', async () => {
    const dead = 'http://127.0.0.1:9';
    await start({ HTTP_PROXY: dead, HTTPS_PROXY: dead, ALL_PROXY: dead, http_proxy: dead, https_proxy: dead });
    const ask = await aClient();
    assert.equal((await ask()).status, 200);
  });

  it('tells the time in UTC wherever it runs', async () => {
    const running = await start({ TZ: 'Asia/Kathmandu', LC_ALL: 'ar_EG.UTF-8' });
    const ask = await aClient();
    const inAnHour = Date.now() + 3_600_000;
    simulator.fault('one', { action: { kind: 'quota_rejected', reset: 3600 }, times: null });
    const { error } = (await (await ask()).json()) as { error: { message: string } };
    const told = /available at (?:\d{4}-\d\d-\d\d )?(\d\d:\d\d) UTC/.exec(error.message)?.[1];
    const right = [0, 1].map((minutes) => new Date(inAnHour + minutes * 60_000).toISOString().slice(11, 16));
    assert.ok(right.includes(told ?? ''), error.message);
    await running.end('SIGTERM');
    for (const [line] of running.output().matchAll(/^\d{4}-.*$/gm)) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z /);
  });

  it('has no secret among its arguments, nor in the name of a file', async () => {
    const running = await start();
    await aClient();
    const told = await readFile(`/proc/${running.child.pid}/cmdline`, 'utf8');
    assert.match(told, /serve/);
    for (const text of [told, (await readdir(folder)).join('\n')]) assert.doesNotMatch(text, /hga?_|sk-ant|sim-(key|at|rt)/);
  });
});
