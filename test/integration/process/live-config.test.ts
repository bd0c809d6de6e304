/** The configuration of a running server: its file is watched, settings are made by the API, and running requests keep what they began with. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type App, startApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { settingsSchema } from '../../../src/contract/settings.ts';
import { openSettingsFile } from '../../../src/storage/json/settings-file.ts';
import { aMessage, startWorld } from '../../support/start-app.ts';

describe('the configuration of a running server', () => {
  let folder: string;
  let app: App | null = null;
  const lines: string[] = [];
  const logged = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      logged.emit('line', chunk.toString());
      done();
    },
  });

  const start = async (text: string, environment: Record<string, string> = {}) => {
    await writeFile(join(folder, 'config.yaml'), text);
    const loaded = await loadConfig({
      environment,
      workingDirectory: folder,
      flags: { port: 0, data: join(folder, 'data') },
      settings: (dataFolder) => openSettingsFile(dataFolder).read(),
    });
    app = await startApp({ loaded, logStream: logged });
    return app;
  };
  /** Resolves with the first line that fits. */
  const line = (pattern: RegExp): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = (text: string) => {
      if (!pattern.test(text)) return;
      logged.off('line', look);
      resolve(text);
    };
    logged.on('line', look);
    return promise;
  };
  const api = async (method: string, path: string, body?: unknown, key = app?.adminKey) => {
    const reply = await fetch(`${app?.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: read field by field; the schema is checked below
    return { status: reply.status, body: (await reply.json()) as any };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-live-'));
    lines.length = 0;
  });
  afterEach(async () => {
    await app?.stop({ graceful: false });
    app = null;
    await rm(folder, { recursive: true, force: true });
  });

  it('follows its file when that is written, and when it is replaced as editors do', async () => {
    const { config } = await start('logger:\n  level: info\n');
    const written = line(/read again/);
    await writeFile(join(folder, 'config.yaml'), 'retry:\n  max_attempts: 7\n');
    assert.match(await written, /changed=retry\.max_attempts/);
    assert.equal(config().retry.maxAttempts, 7);

    const replaced = line(/read again/);
    await writeFile(join(folder, 'config.yaml.new'), 'retry:\n  max_attempts: 8\n');
    await rename(join(folder, 'config.yaml.new'), join(folder, 'config.yaml'));
    await replaced;
    assert.equal(config().retry.maxAttempts, 8);
  });

  it('refuses a faulty version of it, logs every fault and shows them', async () => {
    await start('');
    const refused = line(/configuration fault.*retry\.max_attempts/);
    await writeFile(join(folder, 'config.yaml'), 'retry:\n  max_attempts: 700\nlogger:\n  level: loud\n');
    await refused;
    const { last_refused_change } = settingsSchema.parse((await api('GET', '/api/settings')).body);
    assert.deepEqual(last_refused_change?.faults.map(({ key, line: at }) => [key, at]).sort(), [
      ['logger.level', 4],
      ['retry.max_attempts', 2],
    ]);
  });

  it('takes settings by the API at once, keeps them over a restart, and gives them back to the file', async () => {
    await start('balancer:\n  policy: priority\n');
    const changed = await api('PATCH', '/api/settings', { values: { 'balancer.policy': 'quota_aware' } });
    assert.equal(changed.status, 200);
    assert.equal(app?.config().balancer.policy, 'quota_aware');
    await app?.stop({ graceful: false });

    await start('balancer:\n  policy: priority\n');
    const { data } = settingsSchema.parse((await api('GET', '/api/settings')).body);
    const { value, file_value, changeable } = data.find(({ key }) => key === 'balancer.policy') ?? {};
    assert.deepEqual([value, file_value, changeable], ['quota_aware', 'priority', true]);
    await api('PATCH', '/api/settings', { values: { 'balancer.policy': null } });
    assert.equal(app?.config().balancer.policy, 'priority');
    assert.doesNotMatch(await readFile(join(folder, 'data/settings.json'), 'utf8'), /policy/);
  });

  it('answers 409 for what the environment decides, and 400 with the key for a wrong value', async () => {
    await start('', { LOGGER__LEVEL: 'error' });
    const fixed = await api('PATCH', '/api/settings', { values: { 'logger.level': 'debug' } });
    assert.deepEqual([fixed.status, fixed.body.error.type], [409, 'conflict_error']);
    assert.match(fixed.body.error.message, /LOGGER__LEVEL/);
    const wrong = await api('PATCH', '/api/settings', { values: { 'retry.max_attempts': 'many' } });
    assert.deepEqual([wrong.status, wrong.body.error.fields[0].path], [400, 'retry.max_attempts']);
  });

  it('ends every dashboard session when the admin key in the file is another one', async () => {
    await start('auth:\n  api_key: first-admin-key-of-this-test\n');
    const login = await fetch(`${app?.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: app?.url ?? '', 'x-headgate-csrf': '1' },
      body: JSON.stringify({ api_key: 'first-admin-key-of-this-test' }),
    });
    const cookie = String(login.headers.get('set-cookie')).split(';')[0] ?? '';
    const read = line(/read again/);
    await writeFile(join(folder, 'config.yaml'), 'auth:\n  api_key: second-admin-key-of-this-test\n');
    await read;
    const session = await fetch(`${app?.url}/api/accounts`, { headers: { cookie } });
    assert.equal(session.status, 401);
    assert.equal((await api('GET', '/api/accounts', undefined, 'first-admin-key-of-this-test')).status, 401);
    assert.equal((await api('GET', '/api/accounts', undefined, 'second-admin-key-of-this-test')).status, 200);
  });

  it('is what a request began with until it ends', async () => {
    const world = await startWorld({ accounts: ['one'], config: { balancer: { policy: 'priority' } } });
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 1 } });
    const answered = await world.ask({ body: { ...aMessage, stream: true } });
    await world.admin('PATCH', '/api/settings', { values: { 'balancer.policy': 'least_loaded' } });
    world.simulator.release();
    await answered.text();
    const id = answered.headers.get('x-headgate-request-id');
    const why = await world.admin('GET', `/api/requests/${id}/why`);
    assert.equal(why.body.policy, 'priority');
    await world.stop();
  });
});
