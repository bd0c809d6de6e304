/** The audit log over the life of a process: starts and ends, the configuration's changes, commands, crashes and tampering. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type App, startApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { type AuditEntryView, auditListSchema } from '../../../src/contract/audit.ts';
import { eventually } from '../../support/eventually.ts';

const SECRET = '(secret)';
const SECRETS = [
  'first-admin-key-of-this-test',
  'second-admin-key-of-this-test',
  'first-upstream-key',
  'second-upstream-key',
  'a-team-key-that-somebody-made',
];

describe('the audit log of a process', () => {
  let folder: string;
  let app: App | null = null;
  let log = '';
  const logStream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  const configure = (text: string) => writeFile(join(folder, 'config.yaml'), text);
  const file = () => join(folder, 'data', 'audit.jsonl');

  async function start({ background = true } = {}): Promise<App> {
    const loaded = await loadConfig({
      environment: {},
      workingDirectory: folder,
      flags: { port: 0, data: join(folder, 'data') },
    });
    app = await startApp({ loaded, logStream, background });
    return app;
  }
  async function stop(): Promise<void> {
    await app?.stop({ graceful: false });
    app = null;
  }
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${app?.adminKey}`, 'content-type': 'application/json' };
    const reply = await fetch(`${app?.url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    assert.ok(reply.ok, `${reply.status}`);
    return reply.json();
  }
  const audit = async () => auditListSchema.parse(await call('GET', '/api/audit?limit=200'));
  const actions = (entries: readonly AuditEntryView[]) => entries.map(({ action }) => action);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-audited-'));
    log = '';
    await configure('');
  });
  afterEach(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('begins and ends with it, so that a kill shows as an end that is missing', async () => {
    await start();
    await stop();
    await start();
    const { data, chain } = await audit();
    assert.deepEqual(actions(data), ['server.start', 'server.stop', 'server.start']);
    assert.equal(chain.whole, true);
  });

  it('names the command line where a command works without a server', async () => {
    await start({ background: false });
    await call('POST', '/api/keys', { name: 'laptop' });
    const [entry] = (await audit()).data;
    assert.deepEqual([entry?.action, entry?.actor.kind], ['key.create', 'command_line']);
  });

  it('holds what the configuration file changes, secrets masked', async () => {
    await configure(`auth:\n  api_key: ${SECRETS[0]}\n`);
    const { reload } = await start();
    await configure(`auth:\n  api_key: ${SECRETS[1]}\nretry:\n  max_attempts: 5\n`);
    await reload();
    await stop();
    await start();
    const entry = (await audit()).data.find(({ action }) => action === 'configuration.reload');
    assert.equal(entry?.actor.kind, 'configuration');
    assert.deepEqual(entry.changes, [
      { field: 'auth.api_key', before: SECRET, after: SECRET },
      { field: 'retry.max_attempts', before: 3, after: 5 },
    ]);
  });

  it('holds a change of the file that was refused, and which keys were at fault', async () => {
    const { reload } = await start();
    await configure('retry:\n  max_attempts: many\n');
    await reload();
    const [entry] = (await audit()).data;
    assert.deepEqual([entry?.outcome, entry?.changes[0]?.after], ['refused', ['retry.max_attempts']]);
  });

  it('holds accounts and keys that the configuration declares, changes and takes away', async () => {
    const declared = (priority: number) =>
      `accounts:\n  static:\n    - {name: billing, api_key: "file:up", priority: ${priority}}\nkeys:\n  static:\n    - {name: team, key: "file:team"}\n`;
    await writeFile(join(folder, 'up'), 'first-upstream-key');
    await writeFile(join(folder, 'team'), 'a-team-key-that-somebody-made');
    await configure(declared(0));
    const { reload } = await start();
    const since = async () => {
      const { data } = await audit();
      const told = data.filter(({ actor, target }) => actor.kind === 'configuration' && target !== null);
      return told.map(
        ({ action, target, changes }) => `${action} ${target?.name}: ${changes.map(({ field }) => field).join(' ')}`,
      );
    };
    const first = await since();
    assert.deepEqual(
      first.map((line) => line.split(':')[0]),
      ['key.create team', 'account.add billing'],
    );

    await writeFile(join(folder, 'up'), 'second-upstream-key');
    await configure(declared(7));
    await reload();
    await eventually(async () => assert.equal((await since())[0], 'account.update billing: priority credential'));
    await configure('');
    await reload();
    await stop();
    await start();
    const all = await since();
    assert.deepEqual(
      all.slice(0, -2).map((line) => line.replace(/:.*(name).*/, ': …')),
      ['key.revoke team: …', 'account.remove billing: …', 'account.update billing: priority credential'],
    );
    for (const name of await readdir(join(folder, 'data')))
      if (name.startsWith('audit'))
        for (const secret of SECRETS) assert.ok(!(await readFile(join(folder, 'data', name), 'utf8')).includes(secret), secret);
  });

  it('goes on behind a line that a kill cut off, and says so', async () => {
    await start();
    await stop();
    await appendFile(file(), '{"seq":3,"prev":"5f');
    await start();
    const { data, chain } = await audit();
    assert.deepEqual(actions(data).slice(0, 2), ['server.start', 'audit.torn_line']);
    assert.deepEqual([chain.whole, chain.torn], [true, 1]);
    assert.match(log, /error.*was cut off/);
  });

  it('goes on although somebody changed it, and says so once', async () => {
    await start();
    await call('POST', '/api/keys', { name: 'laptop' });
    await stop();
    await writeFile(file(), (await readFile(file(), 'utf8')).replace('laptop', 'desk'));
    await start();
    assert.match(log, /error.*the audit log is not as it was written/);
    await stop();
    await start();
    const { data, chain } = await audit();
    assert.equal(actions(data).filter((action) => action === 'audit.broken_chain').length, 1);
    assert.equal(chain.whole, false);
  });
});
