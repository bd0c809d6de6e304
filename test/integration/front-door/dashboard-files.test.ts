/** The dashboard as Headgate serves it: every page under a policy of its own nonce, files for good, nothing else. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import express from 'express';
import supertest from 'supertest';
import { createUiRoutes } from '../../../src/http/ui.ts';
import { startWorld, type World } from '../../support/start-app.ts';

const policyOf = (reply: supertest.Response): string => String(reply.headers['content-security-policy']);

describe('the files of the dashboard', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headgate-ui-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(
      join(folder, 'index.html'),
      '<meta nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/ui/a.js"></script>',
    );
    writeFileSync(join(folder, 'assets/index-abc.js'), 'go()');
    writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  };
  const get = (path: string) => supertest(express().use('/ui', createUiRoutes(folder))).get(path);

  it('are one page for every address that is no file, never kept', async () => {
    build();
    for (const path of ['/ui/', '/ui/accounts', '/ui/accounts/acc_1', '/ui/no/such/page']) {
      const reply = await get(path);
      assert.deepEqual([reply.status, reply.type, reply.headers['cache-control']], [200, 'text/html', 'no-store'], path);
    }
  });

  it('have a nonce of their own in each reply, the same in the page and in its policy', async () => {
    build();
    const [first, second] = [await get('/ui/'), await get('/ui/')];
    const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? '';
    assert.ok(nonce.length >= 22);
    assert.ok(policyOf(first).includes(`script-src 'self' 'nonce-${nonce}'`));
    assert.ok(policyOf(first).includes(`style-src 'self' 'nonce-${nonce}'`));
    assert.doesNotMatch(first.text, /__CSP_NONCE__/);
    assert.ok(!policyOf(second).includes(nonce));
  });

  it('may load from and talk to this server alone, and be framed by nobody', async () => {
    build();
    const policy = policyOf(await get('/ui/'));
    for (const directive of [
      `default-src 'none'`,
      `connect-src 'self'`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ])
      assert.ok(policy.split(';').includes(directive), directive);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  });

  it('may be kept for good where their name holds the hash of what is in them', async () => {
    build();
    assert.equal((await get('/ui/assets/index-abc.js')).headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.doesNotMatch(String((await get('/ui/icon.svg')).headers['cache-control']), /immutable/);
  });

  it('are missing as files, not as pages', async () => {
    build();
    for (const path of ['/ui/assets/index-old.js', '/ui/robots.txt', '/ui/assets/x'])
      assert.equal((await get(path)).status, 404, path);
  });

  it('say how to get them where they have not been built', async () => {
    const reply = await get('/ui/');
    assert.deepEqual([reply.status, reply.type], [503, 'text/plain']);
    assert.match(reply.text, /make build/);
  });
});

describe('the dashboard in the built product', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('names only files that are there, all of them by this server', async () => {
    const page = await supertest(world.app.url).get('/ui/');
    const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
    assert.ok(named.length >= 3);
    for (const path of named) assert.equal((await supertest(world.app.url).get(path)).status, 200, path);
    assert.doesNotMatch(page.text, /<script(?![^>]*\ssrc=)|\son\w+=|<style/);
  });

  it('needs no more than 150 KB of script, compressed, before it shows something', async () => {
    const assets = new URL('../../../frontend/dist/assets/', import.meta.url);
    const page = await supertest(world.app.url).get('/ui/');
    const waiting = [...page.text.matchAll(/src="\/ui\/assets\/([^"]+\.js)"/g)].map(([, name]) => String(name));
    const needed = new Map<string, number>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (needed.has(name)) continue;
      const script = readFileSync(new URL(name, assets), 'utf8');
      needed.set(name, gzipSync(script).length);
      // Static imports alone: what is imported by a call comes with the page that needs it.
      for (const [, other] of script.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) waiting.push(String(other));
    }
    const bytes = [...needed.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(needed.size > 0 && bytes > 50_000 && bytes <= 150 * 1024, `${bytes} bytes in ${[...needed.keys()].join(', ')}`);
  });

  it('answers 404 in JSON to a file that is not there', async () => {
    const reply = await supertest(world.app.url).get('/ui/assets/index-old.js').set('accept', 'text/html');
    assert.deepEqual([reply.status, reply.type], [404, 'application/json']);
  });
});
