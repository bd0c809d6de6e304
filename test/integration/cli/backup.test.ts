/** Backup and restore as an operator does them: sealed, beside a running server, and without ever reviving a spent refresh token. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../../src/app.ts';
import { verifyAuditLog } from '../../../src/storage/audit/audit-files.ts';
import { testLoaded } from '../../support/config.ts';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';
import { openTerminal, RETURN } from '../../support/terminal.ts';

describe('headgate backup and restore', function () {
  this.timeout(60_000);
  let folder: string;
  let world: World;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-backup-'));
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n');
    world = await startWorld({ accounts: ['one', 'two'] });
  });
  afterEach(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const file = () => join(folder, 'all.backup');
  const run = (command: string, ...more: string[]) =>
    runCommand([command, file(), '--passphrase-file', join(folder, 'passphrase'), ...more], {});
  const backup = () => run('backup', '--data', world.dataFolder);

  /** The product over a restored folder, with the same upstream. */
  const startOn = (dataFolder: string) =>
    startApp({
      loaded: testLoaded({
        server: { port: 0 },
        storage: { dataFolder },
        claude: { baseUrl: world.simulator.url },
        logger: { level: 'error' },
        oauth: {
          clientId: world.simulator.clientId,
          tokenUrl: `${world.simulator.url}/v1/oauth/token`,
          authorizeUrl: `${world.simulator.url}/oauth/authorize`,
          redirectUri: `${world.simulator.url}/oauth/code/callback`,
        },
      }),
    });
  const accountsOf = async ({ url, adminKey }: { url: string; adminKey: string }) => {
    const reply = await fetch(`${url}/api/accounts`, { headers: { authorization: `Bearer ${adminKey}` } });
    const { data } = (await reply.json()) as { data: { name: string; status: string; status_reason: string | null }[] };
    return data;
  };
  /** Accounts are verified in the background, one after the other: looks until none waits for it any more. */
  const verified = async (app: { url: string; adminKey: string }) => {
    for (let look = 0; look < 500; look += 1) {
      const accounts = await accountsOf(app);
      if (accounts.every(({ status_reason: why }) => !why?.includes('being verified'))) return accounts;
    }
    return assert.fail('the accounts were not verified');
  };

  it('write and read one sealed file that shows nothing of what it holds', async () => {
    const { exitCode, output } = await backup();
    assert.equal(exitCode, 0, output);
    assert.doesNotMatch(await readFile(file(), 'utf8'), /sim-(at|rt)-|one/);
    assert.equal((await run('restore', '--data', join(folder, 'data'))).exitCode, 2, 'asks before it replaces anything');
    const restored = await run('restore', '--data', join(folder, 'data'), '--yes');
    assert.equal(restored.exitCode, 0, restored.output);
    assert.match(restored.output, /2 accounts and 1 API keys are restored/);
  });

  it("bring back accounts that serve after each was verified, the clients' keys and the admin key", async () => {
    await backup();
    await world.app.stop({ graceful: true });
    await run('restore', '--data', join(folder, 'data'), '--yes');
    const app = await startOn(join(folder, 'data'));
    assert.equal(app.adminKey, world.app.adminKey);
    assert.deepEqual(
      (await verified(app)).map(({ name, status }) => [name, status]),
      [
        ['one', 'active'],
        ['two', 'active'],
      ],
    );
    const reply = await fetch(`${app.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': world.key },
      body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 8, messages: [{ role: 'user', content: 'hello' }] }),
    });
    assert.equal(reply.status, 200);
    await reply.text();
    await app.stop({ graceful: false });
  });

  it('say which login was renewed after the backup, and try its spent refresh token once only', async () => {
    await backup();
    const [one] = (await world.admin('GET', '/api/accounts')).body.data;
    assert.equal((await world.admin('POST', `/api/accounts/${one.id}/refresh`)).status, 200);
    await world.app.stop({ graceful: true });
    await run('restore', '--data', join(folder, 'data'), '--yes');
    const app = await startOn(join(folder, 'data'));
    const accounts = await verified(app);
    assert.deepEqual(
      accounts.map(({ name, status }) => [name, status]),
      [
        ['one', 'invalid'],
        ['two', 'active'],
      ],
    );
    assert.match(accounts[0]?.status_reason ?? '', /lost.*Authorize it again/);
    await app.stop({ graceful: false });
  });

  it('move what was there aside, and refuse while a server has the folder', async () => {
    await backup();
    const busy = await run('restore', '--data', world.dataFolder, '--yes');
    assert.equal(busy.exitCode, 1);
    assert.match(busy.output, /in use/);
    await world.app.stop({ graceful: true });
    const { output } = await run('restore', '--data', world.dataFolder, '--yes');
    const aside = /before lies in (\S+)\./.exec(output)?.[1] ?? '';
    assert.ok((await readdir(aside)).includes('credentials.json'), output);
    const { isWhole, unended } = await verifyAuditLog(world.dataFolder);
    assert.deepEqual([isWhole, unended.size], [true, 0]);
    const audit = await readFile(join(world.dataFolder, 'audit.jsonl'), 'utf8');
    assert.match(audit, /"kind":"command_line".*"action":"data\.restore".*"outcome":"done"/);
    assert.match(audit, /"action":"key\.create"/, 'what was on record before stays');
  });

  it('leave a mark when a restore is cut off, so that no start takes the rest for a data folder', async () => {
    await backup();
    await world.app.stop({ graceful: true });
    await writeFile(join(world.dataFolder, 'restore-in-progress'), 'x\n', { mode: 0o600 });
    await assert.rejects(startOn(world.dataFolder), /restore .*was cut off.*Run headgate restore again/);
    assert.equal((await run('restore', '--data', world.dataFolder, '--yes')).exitCode, 0);
    await (await startOn(world.dataFolder)).stop({ graceful: false });
  });

  it('ask for the passphrase at a terminal, twice for a new archive, and do not show it', async () => {
    const passphrase = ' correct horse battery staple ';
    const terminal = openTerminal(['backup', file(), '--data', world.dataFolder]);
    await terminal.shows(/Passphrase for the archive/);
    terminal.type(`${passphrase}${RETURN}`);
    await terminal.shows(/Once more/);
    terminal.type(`${passphrase}${RETURN}`);
    assert.equal(await terminal.ended(), 0, terminal.text());
    assert.ok(!terminal.raw().includes('battery'));
    await writeFile(join(folder, 'passphrase'), `${passphrase}\n`);
    assert.equal((await run('restore', '--data', join(folder, 'data'), '--yes')).exitCode, 0, 'blanks belong to it');
  });

  it('do nothing with a wrong passphrase', async () => {
    await backup();
    await writeFile(join(folder, 'passphrase'), 'wrong horse battery staple\n');
    const { exitCode, output } = await run('restore', '--data', join(folder, 'data'), '--yes');
    assert.deepEqual([exitCode, /passphrase is another one/.test(output)], [1, true]);
    assert.deepEqual(await readdir(folder), ['all.backup', 'passphrase']);
  });
});
