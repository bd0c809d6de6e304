/** Who reads the log is nobody that requests wait for, and nobody that the server cannot do without. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServer } from '../../support/spawn-server.ts';

describe('a reader of the log', function () {
  this.timeout(20_000);
  let folder: string;
  let server: ServerProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-log-'));
    server = await startServer({ STORAGE__DATA_FOLDER: folder });
  });
  afterEach(async () => {
    if (server.child.exitCode === null) await server.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** More lines than a pipe holds. */
  const fillThePipe = async () => {
    for (let n = 0; n < 40; n += 1) {
      const refused = Array.from({ length: 20 }, () => fetch(`${server.url}/v1/messages?n=${n}`, { method: 'POST', body: '{}' }));
      for (const reply of await Promise.all(refused)) await reply.text();
    }
  };

  it('that has stopped reading holds up nobody', async () => {
    server.child.stderr?.pause();
    await fillThePipe();
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    server.child.stderr?.resume();
    assert.equal(await server.end('SIGTERM'), 0);
    assert.match(server.output(), /stopping: running requests may finish/);
  });

  it('that has gone away takes nobody along', async () => {
    server.child.stderr?.destroy();
    server.child.stdout?.destroy();
    await fillThePipe();
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    assert.equal(await server.end('SIGTERM'), 0);
  });
});
