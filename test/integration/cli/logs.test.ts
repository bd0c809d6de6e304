/** `headgate logs` beside a running server. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('headgate logs', function () {
  this.timeout(30_000);
  let world: World;
  let running: ChildProcess[];
  beforeEach(async () => {
    running = [];
    world = await startWorld({ accounts: ['work'], config: { logger: { level: 'info' } } });
  });
  afterEach(async () => {
    for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await world.stop();
  });

  const logs = (...more: string[]) => runCommand(['logs', '--data', world.dataFolder, ...more], {});
  /** Follows until it ends; resolves once the first line is there. */
  const follow = async (...more: string[]) => {
    const child = spawn(join(import.meta.dirname, '../../../bin/headgate'), ['logs', '-f', '--data', world.dataFolder, ...more], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const closed = once(child, 'close') as Promise<[number | null]>;
    return {
      shows: (what: RegExp) => eventually(() => assert.match(output, what)),
      text: () => output,
      ended: async () => (await closed)[0],
    };
  };

  it('prints the last lines as the log has them', async () => {
    await (await world.ask()).text();
    await eventually(async () => {
      const { exitCode, output } = await logs('--requests', '-n', '1');
      assert.equal(exitCode, 0, output);
      assert.match(output, /^\S+Z info {2}request id=hgr_\S+ .*account=work .*\n$/);
      assert.ok(world.log().includes(output.trim()), 'the same line');
    });
  });

  it('gives programs one JSON document a line', async () => {
    const { output } = await logs('--json', '--account', 'work');
    const lines = output.trim().split('\n');
    assert.ok(lines.length >= 1);
    for (const line of lines) assert.equal((JSON.parse(line) as { fields: { account: string } }).fields.account, 'work');
  });

  it('-f goes on with what comes, only what was asked for, and ends with the server', async () => {
    await world.admin('POST', '/api/keys', { name: 'earlier', role: 'user' });
    const followed = await follow('--requests', '-n', '1');
    await world.admin('POST', '/api/keys', { name: 'meanwhile', role: 'user' });
    // Whether it follows already cannot be seen from here: each of these is shown from then on.
    await eventually(async () => {
      await (await world.ask()).text();
      await followed.shows(/info {2}request id=hgr_/);
    });
    await world.app.stop({ graceful: false });
    assert.equal(await followed.ended(), 0);
    assert.match(followed.text(), /The server has stopped\.\n$/);
    assert.doesNotMatch(followed.text(), /administration/);
  });

  it('says what to do where no server runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-logs-'));
    const { exitCode, output } = await runCommand(['logs', '--data', folder], {});
    await rm(folder, { recursive: true });
    assert.equal(exitCode, 1);
    assert.match(output, /^No server runs on .*headgate serve/);
  });

  it('refuses a number of lines that is none', async () => assert.equal((await logs('-n', 'many')).exitCode, 2));
});
