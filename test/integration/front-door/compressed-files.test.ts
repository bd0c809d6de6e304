/** The dashboard's scripts and styles travel compressed, by the client's choice; what may carry a secret never does. Over sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { createUiRoutes } from '../../../src/http/ui.ts';
import { startWorld, type World } from '../../support/start-app.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks as written: no header is added and nothing is decompressed. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Reply> {
  const asked = request(url, { method, headers, agent: false }).end(body);
  const [reply] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) };
}

const BROWSER = { 'accept-encoding': 'gzip, deflate, br, zstd' };

describe('the compressed files of the built dashboard', () => {
  let world: World;
  let scripts: string[];
  let styles: string[];
  before(async () => {
    world = await startWorld();
    const page = (await ask(`${world.app.url}/ui/`)).body.toString();
    const named = [...page.matchAll(/(?:src|href)="(\/ui\/assets\/[^"]+)"/g)].map(([, path]) => world.app.url + path);
    scripts = named.filter((path) => path.endsWith('.js'));
    styles = named.filter((path) => path.endsWith('.css'));
  });
  after(() => world.stop());

  it('are brotli for a browser: what the page names takes less than 200 KB', async () => {
    assert.ok(scripts.length > 0 && styles.length > 0);
    let bytes = 0;
    for (const path of [...scripts, ...styles]) {
      const reply = await ask(path, BROWSER);
      assert.deepEqual([reply.status, reply.headers['content-encoding']], [200, 'br'], path);
      bytes += reply.body.length;
    }
    assert.ok(bytes < 200 * 1024, `${bytes} bytes`);
  });

  it('hold the same as the plain ones, under the same type and the same time to be kept', async () => {
    for (const path of [scripts[0] ?? '', styles[0] ?? '']) {
      const [plain, br, gz] = [await ask(path), await ask(path, BROWSER), await ask(path, { 'accept-encoding': 'gzip' })];
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(gz.headers['content-encoding'], 'gzip');
      assert.ok(brotliDecompressSync(br.body).equals(plain.body));
      assert.ok(gunzipSync(gz.body).equals(plain.body));
      for (const { headers } of [br, gz]) {
        assert.equal(headers['content-type'], plain.headers['content-type']);
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
        assert.notEqual(headers['content-security-policy'], undefined);
      }
      assert.equal(new Set([plain, br, gz].map(({ headers }) => headers['etag'])).size, 3, 'each form has a tag of its own');
      for (const { headers } of [plain, br, gz]) assert.match(String(headers['vary']), /accept-encoding/i);
    }
  });

  it('are not sent again to who has this form, but to who has another one', async () => {
    const [path = ''] = scripts;
    const tag = String((await ask(path, BROWSER)).headers['etag']);
    assert.equal((await ask(path, { ...BROWSER, 'if-none-match': tag })).status, 304);
    assert.equal((await ask(path, { 'accept-encoding': 'gzip', 'if-none-match': tag })).status, 200);
  });

  it('leave the page as it is: its nonce is made for each reply', async () => {
    const page = await ask(`${world.app.url}/ui/`, BROWSER);
    assert.deepEqual([page.headers['content-encoding'], page.headers['cache-control']], [undefined, 'no-store']);
  });

  it('are the only replies that are compressed: a length must not tell of a secret', async () => {
    const admin = { ...BROWSER, authorization: `Bearer ${world.app.adminKey}` };
    for (const path of ['/api/settings', '/api/keys', '/api/openapi.json', '/metrics', '/health']) {
      const reply = await ask(world.app.url + path, admin);
      assert.equal(reply.headers['content-encoding'], undefined, path);
    }
    const created = await ask(
      `${world.app.url}/api/keys`,
      { ...admin, 'content-type': 'application/json' },
      'POST',
      JSON.stringify({ name: 'x'.repeat(90) }),
    );
    assert.deepEqual([created.status, created.headers['content-encoding']], [201, undefined]);
    const asked = await ask(`${world.app.url}/v1/models`, { ...BROWSER, 'x-api-key': world.key });
    assert.equal(asked.headers['content-encoding'], undefined);
  });
});

describe('a compressed file', () => {
  let folder: string;
  let url: string;
  let close: () => Promise<void>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headgate-ui-'));
    mkdirSync(join(folder, 'assets'));
    for (const [name, text] of [
      ['both.js', 'plain'],
      ['both.js.br', 'as br'],
      ['both.js.gz', 'as gzip'],
      ['small.js', 'plain'],
    ] as const)
      writeFileSync(join(folder, 'assets', name), text);
    const server = createServer(express().use('/ui', createUiRoutes(folder))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ui/assets/`;
    close = async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    };
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  for (const [accepted, served] of [
    ['gzip, deflate, br', 'as br'],
    ['gzip', 'as gzip'],
    ['br;q=0, gzip', 'as gzip'],
    ['*', 'as br'],
    ['identity', 'plain'],
    ['br;q=0, gzip;q=0', 'plain'],
    ['zstd', 'plain'],
    ['', 'plain'],
    [';;;,q=', 'plain'],
  ] as const)
    it(`is served ${served} where "${accepted}" is accepted`, async () => {
      const reply = await ask(`${url}both.js?v=1`, { 'accept-encoding': accepted });
      assert.deepEqual([reply.status, reply.body.toString()], [200, served]);
    });

  it('is not needed: a file that has none is served as it is', async () => {
    const reply = await ask(`${url}small.js`, BROWSER);
    assert.deepEqual([reply.body.toString(), reply.headers['content-encoding']], ['plain', undefined]);
    assert.match(String(reply.headers['content-type']), /^text\/javascript/);
  });

  it('has no address of its own', async () => {
    for (const name of ['both.js.br', 'both.js.gz']) assert.equal((await ask(url + name, BROWSER)).status, 404, name);
  });

  it('that is missing is missing without a coding', async () => {
    const reply = await ask(`${url}none.js`, BROWSER);
    assert.deepEqual([reply.status, reply.headers['content-encoding']], [404, undefined]);
  });

  it('answers HEAD with the headers alone', async () => {
    const reply = await ask(`${url}both.js`, BROWSER, 'HEAD');
    assert.deepEqual([reply.headers['content-encoding'], reply.headers['content-length'], reply.body.length], ['br', '5', 0]);
  });
});
