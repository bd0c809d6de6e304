import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type ServerProcess, startServer } from '../../support/spawn-server.ts';

describe('headgate admin-key rotate', function () {
  this.timeout(30_000);
  let folder: string;
  let server: ServerProcess | null;
  const run = (args: string, more: Record<string, string> = {}) =>
    runCommand(args.split(' '), { STORAGE__DATA_FOLDER: folder, ...more });
  const keyFile = async () => (await readFile(join(folder, 'admin-key'), 'utf8')).trim();
  const statusWith = async (key: string) =>
    (await fetch(`${server?.url}/api/accounts`, { headers: { authorization: `Bearer ${key}` } })).status;

  beforeEach(async () => {
    server = null;
    folder = await mkdtemp(join(tmpdir(), 'headgate-rotate-'));
  });
  afterEach(async () => {
    if (server?.child.exitCode === null) await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('asks the running server, which refuses the former key from then on', async () => {
    server = await startServer({ STORAGE__DATA_FOLDER: folder });
    const former = await keyFile();
    const unasked = await run('admin-key rotate');
    assert.equal(unasked.exitCode, 2);
    assert.match(unasked.output, /--yes/);
    assert.equal(await statusWith(former), 200);
    const { exitCode, output } = await run('admin-key rotate --yes --json');
    assert.equal(exitCode, 0, output);
    const { admin_key: key } = JSON.parse(output);
    assert.deepEqual([await statusWith(former), await statusWith(key), await keyFile()], [401, 200, key]);
  });

  it('works without a server, on record as the command line', async () => {
    await run('keys list');
    const former = await keyFile();
    const { exitCode, output } = await run('admin-key rotate --yes');
    assert.equal(exitCode, 0, output);
    const key = await keyFile();
    assert.notEqual(key, former);
    assert.ok(output.startsWith(key));
    const audit = await readFile(join(folder, 'audit.jsonl'), 'utf8');
    assert.match(audit, /"kind":"command_line".*"action":"admin_key\.rotate".*"outcome":"done"/);
    for (const each of [key, former]) assert.ok(!audit.includes(each));
  });

  it('says where the key is set when that is not here', async () => {
    const { exitCode, output } = await run('admin-key rotate --yes', { AUTH__API_KEY: 'an-admin-key-of-this-test' });
    assert.equal(exitCode, 1);
    assert.match(output, /auth\.api_key is set by the environment variable AUTH__API_KEY/);
  });

  it('shows an example in its help', async () => {
    assert.match((await run('admin-key rotate --help')).output, /headgate admin-key rotate --yes/);
  });
});
