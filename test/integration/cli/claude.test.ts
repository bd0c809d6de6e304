/** `headgate claude`: what the program that it starts gets, and how both end. The program is played by a script. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startWorld, type World } from '../../support/start-app.ts';

const launcher = join(import.meta.dirname, '../../../bin/headgate');

describe('headgate claude', function () {
  this.timeout(30_000);
  let world: World;
  let folder: string;
  beforeEach(async () => {
    world = await startWorld({ accounts: ['work'] });
    folder = await realpath(await mkdtemp(join(tmpdir(), 'headgate-claude-')));
  });
  afterEach(async () => {
    await world.stop();
    await rm(folder, { recursive: true });
  });

  /** Puts a program named claude on the PATH. */
  const install = async (script: string) => {
    await writeFile(join(folder, 'claude'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'claude'), 0o755);
  };
  const start = (args: readonly string[], variables: Record<string, string> = {}) =>
    spawn('/bin/sh', ['-c', `umask 027; exec "$0" claude "$@"`, launcher, '--data', world.dataFolder, ...args], {
      cwd: folder,
      env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: '/nonexistent', ...variables },
    });
  const run = async (args: readonly string[], { input = '', ...variables }: Record<string, string> = {}) => {
    const child = start(args, variables);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdin.end(input);
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, out, err };
  };
  const keyNames = async (): Promise<string[]> =>
    (await world.admin('GET', '/api/keys')).body.data.map(({ name }: { name: string }) => name).toSorted();
  const statusWith = async (key: string) =>
    (await fetch(`${world.app.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
  const TELL_KEY = 'printf %s "$ANTHROPIC_AUTH_TOKEN"';

  it('starts it in the same folder, with the arguments as they are, and with the address and a key', async () => {
    await install('pwd; umask; for arg; do echo "<$arg>"; done; echo "$ANTHROPIC_BASE_URL"; echo "$ANTHROPIC_AUTH_TOKEN"');
    const { code, out, err } = await run(['-p', 'Say "hello"', '--model', 'opus', '--config', 'theirs', '--json']);
    assert.equal(code, 0, err);
    const lines = out.trim().split('\n');
    assert.deepEqual(lines.slice(0, -1), [
      folder,
      '0027',
      ...['<-p>', '<Say "hello">', '<--model>', '<opus>', '<--config>', '<theirs>', '<--json>'],
      world.app.url,
    ]);
    assert.equal(await statusWith(lines.at(-1) ?? ''), 200);
  });

  it('hands it input and output, and ends with its exit code', async () => {
    await install('cat; echo problems >&2; exit 7');
    const { code, out, err } = await run([], { input: 'what was typed' });
    assert.deepEqual([code, out, err], [7, 'what was typed', 'problems\n']);
  });

  it('makes a key once, and keeps it for its owner alone', async () => {
    await install(TELL_KEY);
    const first = (await run([])).out;
    const second = (await run([])).out;
    assert.match(first, /^hg_/);
    assert.equal(second, first);
    assert.deepEqual(await keyNames(), ['claude-code', 'test']);
    const [kept = ''] = (await readdir(world.dataFolder)).filter((name) => name.startsWith('kept-key-'));
    assert.equal((await stat(join(world.dataFolder, kept))).mode & 0o777, 0o600);
  });

  it('makes one key when two start at the same time', async () => {
    await install(TELL_KEY);
    const [one, two] = await Promise.all([run([]), run([])]);
    assert.match(one.out, /^hg_/);
    assert.equal(one.out, two.out, two.err);
  });

  it('--key uses one of another name', async () => {
    await install(TELL_KEY);
    await run(['--key', 'laptop'], { HEADGATE_API_KEY: 'hg_another' });
    assert.deepEqual(await keyNames(), ['laptop', 'test']);
  });

  it('makes a new key when the kept one was revoked, and says so when it was disabled', async () => {
    await install(TELL_KEY);
    const first = (await run([])).out;
    const idOf = async (name: string): Promise<string> =>
      (await world.admin('GET', '/api/keys')).body.data.find((key: { name: string }) => key.name === name).id;
    await world.admin('DELETE', `/api/keys/${await idOf('claude-code')}`);
    const second = (await run([])).out;
    assert.notEqual(second, first);
    assert.equal(await statusWith(second), 200);
    await world.admin('PATCH', `/api/keys/${await idOf('claude-code')}`, { enabled: false });
    const { code, out, err } = await run([]);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^The key "claude-code" is disabled\. Use another: --key NAME/);
  });

  it('says so when the key of that name was not made here', async () => {
    await install(TELL_KEY);
    const { code, err } = await run(['--key', 'test']);
    assert.equal(code, 1);
    assert.match(err, /There is a key "test" already, which was not made here\. Give it in HEADGATE_API_KEY/);
  });

  it('takes a key that is given, and makes none', async () => {
    await install(`${TELL_KEY}; echo " $HEADGATE_API_KEY"`);
    assert.equal((await run([], { HEADGATE_API_KEY: 'hg_mine' })).out, 'hg_mine \n');
    assert.equal((await run([], { ANTHROPIC_AUTH_TOKEN: 'hg_mine' })).out, 'hg_mine \n');
    assert.deepEqual(await keyNames(), ['test']);
  });

  it('sets aside what would divert it, and keeps secrets of Headgate from it', async () => {
    await install('env');
    const { out, err } = await run([], {
      ANTHROPIC_API_KEY: 'another-key',
      CLAUDE_CODE_OAUTH_TOKEN: 'another-token',
      STORAGE__ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
      EDITOR: 'vi',
    });
    assert.equal(err, 'Set aside for Claude Code: ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN.\n');
    assert.doesNotMatch(out, /another-|STORAGE__|NODE_COMPILE_CACHE/);
    assert.match(out, /^EDITOR=vi$/m);
  });

  it('passes SIGTERM on, and ends by the signal that ended the program', async () => {
    await install('trap "echo asked; exit 3" TERM; echo ready; while :; do sleep 0.1; done');
    const child = start([]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'close'), [3, null]);
    await install('kill -KILL $$');
    const { code, signal } = await run([]);
    assert.deepEqual([code, signal], [null, 'SIGKILL']);
  });

  it('says how to install it where it is missing', async () => {
    const { code, err } = await run([], { PATH: '/usr/bin:/bin' });
    assert.equal(code, 127, err);
    assert.match(err, /Claude Code is not installed.*npm install -g @anthropic-ai\/claude-code/);
  });

  it('says how to start a server where none runs', async () => {
    await install('echo never');
    await world.app.stop({ graceful: true });
    const { code, out, err } = await run([]);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^No server runs on .*headgate serve/);
  });
});
