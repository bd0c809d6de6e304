import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { runCommand, type ServerProcess, startServer } from '../../support/spawn-server.ts';
import { aMessage } from '../../support/start-app.ts';

describe('the program as users run it', function () {
  this.timeout(20_000);
  let simulator: Simulator;
  let folder: string;
  let variables: Record<string, string>;
  const running: ServerProcess[] = [];

  beforeEach(async () => {
    simulator = await createSimulator();
    folder = await mkdtemp(join(tmpdir(), 'headgate-run-'));
    variables = {
      STORAGE__DATA_FOLDER: folder,
      CLAUDE__BASE_URL: simulator.url,
      OAUTH__CLIENT_ID: simulator.clientId,
      OAUTH__AUTHORIZE_URL: `${simulator.url}/oauth/authorize`,
      OAUTH__TOKEN_URL: `${simulator.url}/v1/oauth/token`,
      OAUTH__REDIRECT_URI: `${simulator.url}/oauth/code/callback`,
    };
  });
  afterEach(async () => {
    for (const server of running.splice(0)) if (server.child.exitCode === null) await server.end('SIGKILL');
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (more: Record<string, string> = {}) => {
    const server = await startServer({ ...variables, ...more });
    running.push(server);
    return server;
  };
  const command = (args: string, input?: string) => runCommand(args.split(' '), variables, input);
  const addKeyAccount = async (name: string) => {
    simulator.addAccount({ name });
    const added = await command(`accounts add --name ${name} --kind api_key`, `${simulator.issueApiKey(name)}\n`);
    assert.equal(added.exitCode, 0, added.output);
  };
  const newKey = async (name: string) => /hg_\w+/.exec((await command(`keys create --name ${name}`)).output)?.[0] ?? '';
  const ask = (server: ServerProcess, key: string, over: object = {}) =>
    fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ ...aMessage, ...over }),
    });

  it('starts without any configuration, says where things are, keeps its secrets private, and ends with 0', async () => {
    const server = await start();
    assert.match(server.output(), /Dashboard\s+http:\/\/127\.0\.0\.1:\d+\/ui\//);
    const key = (await readFile(join(folder, 'admin-key'), 'utf8')).trim();
    assert.ok(!server.output().includes(key), 'the key is not printed where it is no terminal');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const name of await readdir(folder)) assert.equal((await stat(join(folder, name))).mode & 0o077, 0, name);
    assert.equal(await server.end('SIGTERM'), 0);
    assert.ok(!(await readdir(folder)).includes('server.json'));
  });

  it('keeps accounts and keys over a restart, made by commands with and without a running server', async () => {
    await addKeyAccount('offline');
    const first = await start();
    await addKeyAccount('online');
    const key = await newKey('laptop');
    assert.equal((await ask(first, key)).status, 200);
    await first.end('SIGTERM');
    const second = await start();
    assert.equal((await ask(second, key)).status, 200);
    const listed = await command('accounts list --json');
    assert.deepEqual(
      JSON.parse(listed.output).map(({ name }: { name: string }) => name),
      ['offline', 'online'],
    );
  });

  it('tests an account and gives a key a new secret from the terminal', async () => {
    await addKeyAccount('one');
    const server = await start();
    const key = await newKey('laptop');
    assert.match((await command('accounts test one')).output, /"one" passed the test/);
    const rotated = await command('keys rotate laptop');
    const fresh = /hg_\w+/.exec(rotated.output)?.[0] ?? '';
    assert.deepEqual([(await ask(server, key)).status, (await ask(server, fresh)).status], [401, 200]);
    simulator.revoke('one');
    const failed = await command('accounts test one');
    assert.notEqual(failed.exitCode, 0);
    assert.match(failed.output, /"one" failed the test/);
  });

  it('adds an account through a login at the terminal', async () => {
    simulator.addAccount({ name: 'work' });
    await start();
    const child = spawn(join(import.meta.dirname, '../../../bin/headgate'), ['accounts', 'add', '--name', 'work'], {
      cwd: '/',
      env: { PATH: process.env['PATH'], ...variables },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http\S+\/oauth\/authorize\S+/.exec(output)?.[0];
      if (!url || !output.includes('Code:') || child.stdin.writableEnded) return;
      const { code, state } = simulator.approve(url, 'work');
      child.stdin.end(`${code}#${state}\n`);
    });
    const [exitCode] = (await once(child, 'close')) as [number];
    assert.equal(exitCode, 0, output);
    assert.match(output, /Account "work" added: active\./);
  });

  it('refuses a second process on the same data folder, and says who has it', async () => {
    await start();
    await assert.rejects(start(), /data folder .* is (in use|used) by/i);
  });

  it('restores a corrupt file from its backup, loudly, and forgets no account', async () => {
    await addKeyAccount('one');
    await addKeyAccount('two');
    await writeFile(join(folder, 'accounts.json'), '{"version":1,"acc');
    const server = await start();
    assert.match(server.output(), /damaged file was restored/);
    assert.match((await command('accounts list')).output, /one/);
    assert.ok((await readdir(folder)).some((name) => name.startsWith('accounts.json.corrupt-')));
  });

  it('refuses to start over credentials that it cannot read', async () => {
    await addKeyAccount('one');
    for (const name of ['credentials.json', 'credentials.json.bak']) await writeFile(join(folder, name), 'nonsense');
    await assert.rejects(start(), /credentials\.json/);
  });

  it('finishes a running stream before it ends, and refuses new work meanwhile', async () => {
    await addKeyAccount('one');
    const key = await newKey('laptop');
    const server = await start();
    simulator.fault('one', { action: { kind: 'slow', msPerEvent: 60 } });
    const reply = await ask(server, key, { stream: true });
    const ended = server.end('SIGTERM');
    const text = await reply.text();
    assert.match(text, /message_stop/);
    assert.equal(await ended, 0);
  });

  it('cuts what does not end in time, and still ends with 0', async () => {
    await addKeyAccount('one');
    const key = await newKey('laptop');
    const server = await start({ SERVER__DRAIN_TIMEOUT: '200ms' });
    simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const reply = await ask(server, key, { stream: true });
    const ended = server.end('SIGTERM');
    await assert.rejects(reply.text());
    assert.equal(await ended, 0);
  });

  it('leaves running streams at a second signal, and still ends with 0', async () => {
    await addKeyAccount('one');
    const key = await newKey('laptop');
    const server = await start({ SERVER__DRAIN_TIMEOUT: '5m' });
    simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const reply = await ask(server, key, { stream: true });
    const ended = server.end('SIGTERM');
    while (!server.output().includes('stopping')) await once(server.child.stderr ?? server.child, 'data');
    server.child.kill('SIGTERM');
    await assert.rejects(reply.text());
    assert.equal(await ended, 0);
  });

  it('says unready at once when told to stop, while it still takes requests for the delay', async () => {
    await addKeyAccount('one');
    const key = await newKey('laptop');
    const server = await start({ SERVER__DRAIN_DELAY: '600ms' });
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    const ended = server.end('SIGTERM');
    let ready = 200;
    while (ready === 200) ready = (await fetch(`${server.url}/readyz`)).status;
    assert.equal(ready, 503);
    assert.equal((await ask(server, key)).status, 200);
    assert.equal(await ended, 0);
  });

  it('lists every fault of a configuration and does not start', async () => {
    const faulty = { ...variables, SERVER__PORT: 'x', LOGGER__LEVEL: 'loud' };
    const { exitCode, output } = await runCommand(['config', 'check'], faulty);
    assert.equal(exitCode, 1);
    assert.match(output, /SERVER__PORT[\s\S]*LOGGER__LEVEL|LOGGER__LEVEL[\s\S]*SERVER__PORT/);
    await assert.rejects(startServer(faulty), /ended with 1/);
  });

  it('writes the lines for each shell, with a new key', async () => {
    const { output } = await command('env --key ci --shell fish');
    assert.match(output, /^set -gx ANTHROPIC_BASE_URL http:\/\/127\.0\.0\.1:4000\nset -gx ANTHROPIC_AUTH_TOKEN hg_\w{49}\n$/);
  });
});
