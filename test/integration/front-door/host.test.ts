/** Under which names the server answers: a web page that points a name of its own here must reach nothing (DNS rebinding). */
import assert from 'node:assert/strict';
import { ownError } from '../../support/own-error.ts';
import { rawRequest, readReply, sendRaw } from '../../support/raw-client.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('the name that is asked for', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      accounts: ['one'],
      config: {
        server: { publicUrl: 'https://headgate.example:8443', allowedHosts: ['nas.local', 'fd00::5', '192.0.2.7'] },
      },
    });
  });
  after(() => world.stop());

  const raw = async (path: string, ...hosts: readonly string[]) => {
    const lines = [...hosts.map((host) => `host: ${host}`), `authorization: Bearer ${world.key}`, 'connection: close'];
    return (await sendRaw(world.app.url, rawRequest(`GET ${path} HTTP/1.1`, lines))).text;
  };

  for (const host of [
    'localhost',
    'LocalHost:4000',
    'localhost:1',
    '127.0.0.1:65535',
    '[::1]',
    '[::1]:4000',
    '[0:0:0:0:0:0:0:1]:4000',
    'headgate.example',
    'headgate.example:8443',
    'HEADGATE.example:9',
    'nas.local',
    '[fd00::5]:4000',
    '[FD00:0::5]',
    '192.0.2.7',
  ]) {
    it(`is served: ${host}`, async () => assert.equal(readReply(await raw('/v1/models', host)).status, 200));
  }

  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    'localhost.',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    '0.0.0.0',
    '[::]',
    '[fd00::6]',
    'sub.nas.local',
    'xheadgate.example',
  ]) {
    it(`is refused with 421, not to be tried again: ${host}`, async () => {
      const { status, type, message, headers } = ownError(await raw('/v1/models', host));
      assert.deepEqual(
        [status, type, headers['x-should-retry'], headers['connection']],
        [421, 'invalid_request_error', 'false', 'close'],
      );
      assert.match(message, /server\.allowed_hosts/);
      assert.doesNotMatch(message, new RegExp(host.replace(/[[\].]/g, '\\$&')));
    });
  }

  for (const host of [
    '',
    'localhost:0',
    'localhost:65536',
    'localhost:99999',
    'localhost:x',
    'localhost:',
    'localhost/#@evil',
    'user@localhost',
    'localhost, evil',
    'local host',
    '[::1',
    '[:::]',
    '[::1%25lo]',
    '::1',
    'localhost\\@evil',
  ]) {
    it(`is malformed: "${host}"`, async () => assert.equal(ownError(await raw('/v1/models', host)).status, 400));
  }

  it('is named once', async () => {
    for (const path of ['/v1/models', '/healthz']) {
      assert.equal(ownError(await raw(path, 'localhost', 'evil.example')).status, 400, path);
      assert.equal(ownError(await raw(path, 'localhost', 'localhost')).status, 400, path);
    }
  });

  it('is not left out in HTTP/1.1, not even by a probe', async () => {
    for (const path of ['/v1/models', '/healthz']) assert.equal(ownError(await raw(path)).status, 400, path);
  });

  it('is checked in every part of the tree', async () => {
    for (const path of ['/', '/ui/', '/api/accounts', '/api/hello', '/health', '/metrics', '/oauth/callback', '/nowhere'])
      assert.equal(ownError(await raw(path, 'evil.example')).status, 421, path);
  });

  it('is whatever a load balancer has for it on the two probes, and only there', async () => {
    for (const path of ['/healthz', '/readyz', '/readyz?pool=required'])
      assert.equal(readReply(await raw(path, '10.1.2.3:4000')).status, 200, path);
    for (const path of ['/healthz/', '/Healthz', '/healthzx', '/readyz/x'])
      assert.equal(ownError(await raw(path, 'evil.example')).status, 421, path);
  });

  it('is not what X-Forwarded-Host says', async () => {
    const lines = ['host: evil.example', 'x-forwarded-host: localhost', 'forwarded: host=localhost', 'connection: close'];
    assert.equal((await sendRaw(world.app.url, rawRequest('GET /health HTTP/1.1', lines))).status, 421);
  });

  it('may be missing from a probe that speaks HTTP/1.0', async () => {
    assert.equal((await sendRaw(world.app.url, 'GET /healthz HTTP/1.0\r\n\r\n')).status, 200);
    assert.equal((await sendRaw(world.app.url, 'GET /health HTTP/1.0\r\n\r\n')).status, 400);
  });
});

describe('the name that is asked for, by default', () => {
  it('is a loopback one', async () => {
    const world = await startWorld();
    const { port } = new URL(world.app.url);
    const statusFor = async (host: string) =>
      (await sendRaw(world.app.url, rawRequest('GET /api/hello HTTP/1.1', [`host: ${host}`, 'connection: close']))).status;
    assert.deepEqual(
      [await statusFor(`127.0.0.1:${port}`), await statusFor('localhost'), await statusFor('headgate.example')],
      [200, 200, 421],
    );
    await world.stop();
  });
});
