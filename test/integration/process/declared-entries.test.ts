/** Accounts and keys that the configuration declares: ready from the start, followed over reloads, and changed nowhere else. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type App, startApp } from '../../../src/app.ts';
import { ConfigError } from '../../../src/config/faults.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aMessage } from '../../support/start-app.ts';

const CLIENT_KEY = 'a-team-key-that-somebody-else-made';

describe('what the configuration declares', () => {
  let folder: string;
  let simulator: Simulator;
  let app: App | null;
  const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });

  const fileOf = (rest: string) => `claude:\n  base_url: ${simulator.url}\nlogger:\n  level: error\n${rest}`;
  const load = async (rest: string, environment: Record<string, string> = {}) => {
    await writeFile(join(folder, 'config.yaml'), fileOf(rest));
    return loadConfig({ environment, workingDirectory: folder, flags: { port: 0, data: join(folder, 'data') } });
  };
  const start = async (rest: string, environment: Record<string, string> = {}) => {
    app = await startApp({ loaded: await load(rest, environment), logStream: quiet });
    return app;
  };
  const rewrite = async (rest: string) => {
    await writeFile(join(folder, 'config.yaml'), fileOf(rest));
    return app?.reload();
  };
  const admin = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${app?.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${app?.adminKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: read field by field
    return { status: reply.status, body: (reply.status === 204 ? null : await reply.json()) as any };
  };
  const ask = async (key = CLIENT_KEY) => {
    const reply = await fetch(`${app?.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(aMessage),
    });
    await reply.text();
    return [reply.status, reply.headers.get('x-headgate-account')];
  };
  const accountNames = async () => (await admin('GET', '/api/accounts')).body.data.map(({ name }: { name: string }) => name);

  const both = `accounts:
  static:
    - name: billing
      api_key: env:UPSTREAM_KEY
      max_concurrency: 3
keys:
  static:
    - name: team
      key: file:team-key
`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-declared-'));
    simulator = await createSimulator();
    simulator.addAccount({ name: 'billing' });
    await writeFile(join(folder, 'team-key'), `${CLIENT_KEY}\n`);
  });
  afterEach(async () => {
    await app?.stop({ graceful: false });
    app = null;
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('serves from the first start on, without anybody signing in', async () => {
    await start(both, { UPSTREAM_KEY: simulator.issueApiKey('billing') });
    assert.deepEqual(await ask(), [200, 'billing']);
    const [account] = (await admin('GET', '/api/accounts')).body.data;
    assert.deepEqual([account.kind, account.max_concurrency, account.read_only], ['api_key', 3, true]);
  });

  it('is the same account and the same key after a restart', async () => {
    const environment = { UPSTREAM_KEY: simulator.issueApiKey('billing') };
    await start(both, environment);
    const [first] = (await admin('GET', '/api/accounts')).body.data;
    await app?.stop({ graceful: true });
    await start(both, environment);
    const [again] = (await admin('GET', '/api/accounts')).body.data;
    assert.deepEqual([again.id, again.created_at], [first.id, first.created_at]);
    assert.deepEqual(await ask(), [200, 'billing']);
  });

  it('comes and goes with the file while the server runs', async () => {
    await start(both, { UPSTREAM_KEY: simulator.issueApiKey('billing') });
    await ask();
    const reload = await rewrite('');
    assert.deepEqual(reload?.kind === 'changed' && reload.keys, ['accounts.static', 'keys.static']);
    await until(async () => (await accountNames()).length === 0);
    assert.deepEqual(await ask(), [401, null]);
    await rewrite(both);
    await until(async () => (await accountNames()).length === 1);
    assert.deepEqual(await ask(), [200, 'billing']);
  });

  it('takes another secret behind the same reference when it is told to look again', async () => {
    await start(both, { UPSTREAM_KEY: simulator.issueApiKey('billing') });
    const other = 'another-key-of-the-same-team';
    await writeFile(join(folder, 'team-key'), other);
    await app?.reload();
    await until(async () => (await admin('GET', '/api/keys')).body.data[0].prefix === 'anot');
    assert.deepEqual([(await ask(other))[0], (await ask())[0]], [200, 401]);
  });

  it('is changed nowhere else: the API refuses and says where', async () => {
    await start(both, { UPSTREAM_KEY: simulator.issueApiKey('billing') });
    const [account] = (await admin('GET', '/api/accounts')).body.data;
    const [key] = (await admin('GET', '/api/keys')).body.data;
    const writes = [
      await admin('PATCH', `/api/accounts/${account.id}`, { name: 'mine' }),
      await admin('DELETE', `/api/accounts/${account.id}`),
      await admin('PATCH', `/api/keys/${key.id}`, { enabled: false }),
      await admin('POST', `/api/keys/${key.id}/rotate`, {}),
      await admin('DELETE', `/api/keys/${key.id}`),
    ];
    for (const { status, body } of writes) {
      assert.equal(status, 409);
      assert.match(body.error.message, /declared in the configuration.*(accounts|keys)\.static/);
    }
  });

  it('stops the start when a reference leads to nothing, and names entry and reference', async () => {
    await assert.rejects(start(both), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /the entry "billing": accounts\.static\n.*env:UPSTREAM_KEY, which is nothing/);
      return true;
    });
  });

  it('is refused on reload when a reference leads to nothing, and what was there stays', async () => {
    await start(both, { UPSTREAM_KEY: simulator.issueApiKey('billing') });
    await rm(join(folder, 'team-key'));
    assert.equal((await app?.reload())?.kind, 'refused');
    assert.deepEqual(await ask(), [200, 'billing']);
  });

  it('never holds a secret itself: a literal one is a fault that does not repeat it', async () => {
    const literal = both.replace('env:UPSTREAM_KEY', 'sk-ant-hunter2-hunter2');
    await assert.rejects(load(literal), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /accounts\.static/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  /** Declared entries follow a reload in the background: looks again at each turn of the event loop, a bounded number of times. */
  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) if (await condition()) return;
    assert.fail('it did not come to that');
  }
});
