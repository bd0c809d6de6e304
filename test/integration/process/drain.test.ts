/** How the process ends when it is told to: who is still served, who is refused, who is cut, and what is never lost. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ownError } from '../../support/own-error.ts';
import { openRaw, type RawConnection, rawRequest } from '../../support/raw-client.ts';
import { type ServerProcess, startServer } from '../../support/spawn-server.ts';
import { aMessage } from '../../support/start-app.ts';

describe('a process that is told to stop', function () {
  this.timeout(20_000);
  let simulator: Simulator;
  let folder: string;
  let server: ServerProcess;
  let key: string;

  beforeEach(async () => {
    simulator = await createSimulator();
    simulator.addAccount({ name: 'one' });
    folder = await mkdtemp(join(tmpdir(), 'headgate-drain-'));
  });
  afterEach(async () => {
    if (server.child.exitCode === null) await server.end('SIGKILL');
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (variables: Record<string, string> = {}) => {
    server = await startServer({ STORAGE__DATA_FOLDER: folder, CLAUDE__BASE_URL: simulator.url, ...variables });
    await admin('/api/accounts', { name: 'one', kind: 'api_key', api_key: simulator.issueApiKey('one') });
    key = String((await admin('/api/keys', { name: 'laptop' }))['key']);
  };
  const admin = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const adminKey = (await readFile(join(folder, 'admin-key'), 'utf8')).trim();
    const reply = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(reply.status, 201);
    return (await reply.json()) as Record<string, unknown>;
  };
  const asking = (over: object = {}): string => {
    const body = JSON.stringify({ ...aMessage, ...over });
    return rawRequest(
      'POST /v1/messages HTTP/1.1',
      ['host: localhost', `x-api-key: ${key}`, `content-length: ${body.length}`],
      body,
    );
  };
  /** A connection with a stream that has begun. */
  const stream = async (): Promise<RawConnection> => {
    const connection = await openRaw(server.url);
    connection.send(asking({ stream: true }));
    await connection.until((text) => text.includes('event: message_start'));
    return connection;
  };
  /** A connection whose request is not yet whole: it is neither idle nor served. */
  const halfAsked = async (bytes: string): Promise<{ finish(): Promise<string> }> => {
    const connection = await openRaw(server.url);
    connection.send(bytes.slice(0, 20));
    // What is answered later than these bytes were sent was read later.
    await (await fetch(`${server.url}/healthz`)).text();
    return {
      async finish() {
        connection.send(bytes.slice(20));
        return (await connection.closed).text;
      },
    };
  };
  const told = async (what = 'stopping'): Promise<void> => {
    while (!server.output().includes(what)) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Resolves when the server takes no connection any more. */
  const closedDoor = async (): Promise<void> => {
    for (;;) {
      const refused = await openRaw(server.url).then(
        (connection) => void connection.end(),
        () => true,
      );
      if (refused) return;
    }
  };

  it('refuses what is asked from then on, in words, and closes the connection', async () => {
    await start();
    simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const running = await stream();
    const late = await halfAsked(asking());
    const ended = server.end('SIGTERM');
    await closedDoor();
    const { status, type, headers } = ownError(await late.finish());
    assert.deepEqual(
      [status, type, headers['connection'], headers['retry-after'], headers['x-should-retry']],
      [503, 'api_error', 'close', '1', undefined],
    );
    assert.equal(simulator.books.api.length, 1);
    server.child.kill('SIGTERM');
    await running.closed;
    assert.equal(await ended, 0);
  });

  it('says so to who asks whether it is ready, and that it lives', async () => {
    await start();
    simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const running = await stream();
    const probes = [await halfAsked('GET /readyz HTTP/1.0\r\n\r\n'), await halfAsked('GET /healthz HTTP/1.0\r\n\r\n')];
    const ended = server.end('SIGTERM');
    await closedDoor();
    const [ready, alive] = await Promise.all(probes.map((probe) => probe.finish()));
    assert.match(ready ?? '', /^HTTP\/1\.1 503[\s\S]*"reasons":\["draining"\]/);
    assert.match(alive ?? '', /^HTTP\/1\.1 200/);
    server.child.kill('SIGTERM');
    await running.closed;
    await ended;
  });

  it('finishes every stream that runs, down to its last byte', async () => {
    await start();
    simulator.fault('one', { action: { kind: 'slow', msPerEvent: 30 }, times: 3 });
    const running = await Promise.all([stream(), stream(), stream()]);
    const ended = server.end('SIGTERM');
    for (const connection of running) assert.match((await connection.closed).text, /event: message_stop[\s\S]*\r\n0\r\n\r\n$/);
    assert.equal(await ended, 0);
  });

  it('waits for no connection that asks for nothing, was refused, or offers to upgrade', async () => {
    await start({ SERVER__DRAIN_TIMEOUT: '1h' });
    const open = await Promise.all([1, 2, 3, 4].map(() => openRaw(server.url, { keepsOpen: true })));
    const [, refused, upgrading, uploading] = open;
    refused?.send('NONSENSE\r\n\r\n');
    await refused?.until((text) => text.includes('malformed'));
    upgrading?.send('GET /api/hello HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    await upgrading?.until((text) => text.includes('headgate'));
    // It never sends the body of which nobody wants to know.
    uploading?.send('POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n');
    await uploading?.until((text) => text.includes('unknown API key'));
    assert.equal(await server.end('SIGTERM'), 0);
    for (const connection of open) connection.end();
  });

  it('cuts what has not ended by the deadline, and does not make it look complete', async () => {
    await start({ SERVER__DRAIN_TIMEOUT: '100ms' });
    simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
    const running = await stream();
    assert.equal(await server.end('SIGTERM'), 0);
    assert.doesNotMatch((await running.closed).text, /message_stop|event: error|\r\n0\r\n/);
  });

  for (const second of ['SIGTERM', 'SIGINT'] as const) {
    it(`leaves streams at a second signal (${second}), but not what is to be written`, async () => {
      await start({ SERVER__DRAIN_TIMEOUT: '1h' });
      simulator.fault('one', { action: { kind: 'stall', afterEvents: 2 } });
      const running = await stream();
      const ended = server.end('SIGTERM');
      await told();
      server.child.kill(second);
      await running.closed;
      assert.equal(await ended, 0);
      assert.match(await readFile(join(folder, 'api-keys.json'), 'utf8'), /"lastUsedAt": ?\d/);
    });
  }

  it('skips the delay at a second signal', async () => {
    await start({ SERVER__DRAIN_DELAY: '5m' });
    const ended = server.end('SIGTERM');
    await told();
    server.child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('still serves within the delay, though it says unready', async () => {
    await start({ SERVER__DRAIN_DELAY: '5m' });
    const ended = server.end('SIGTERM');
    await told();
    const ready = await fetch(`${server.url}/readyz`);
    assert.deepEqual([ready.status, ((await ready.json()) as { reasons: unknown }).reasons], [503, ['draining']]);
    const connection = await openRaw(server.url);
    connection.send(asking());
    await connection.until((text) => text.includes('"usage"'));
    server.child.kill('SIGTERM');
    assert.match((await connection.closed).text, /^HTTP\/1\.1 200/);
    assert.equal(await ended, 0);
  });
});
