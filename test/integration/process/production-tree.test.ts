/** What an image or a package consists of: built files and production packages, started by somebody else from an empty folder. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const build = join(root, 'tools/setup/production-tree.sh');
/** As root the server is started as nobody, who may write nothing of the tree; other users have no choice. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe('a production tree', () => {
  let folder: string;
  let server: ChildProcess | null = null;
  const tree = () => join(folder, 'tree');

  before(async function makesTheTree() {
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), 'headgate-production-'));
    await promisify(execFile)(build, [tree()], { env: process.env });
  });
  afterEach(async () => {
    if (server === null || server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'close');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has no tools of development, no sources and no tests in it', () => {
    const found = ['typescript', 'mocha', 'vite', 'react', '@biomejs', 'playwright-core'].filter((name) =>
      existsSync(join(tree(), 'node_modules', name)),
    );
    assert.deepEqual([found, readdirSync(tree()).filter((name) => ['src', 'test'].includes(name))], [[], []]);
  });

  it('is not made over something else', async () => {
    await assert.rejects(promisify(execFile)(build, [tree()]), /not empty/);
  });

  it('starts from an empty folder, serves the dashboard, and ends in order', async () => {
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    if (isRoot) chownSync(home, NOBODY, NOBODY);
    chmodSync(folder, 0o755);
    server = spawn(join(tree(), 'bin/headgate'), ['serve', '--port', '0'], {
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    const url = await urlOf(server);
    const [health, page] = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/ui/`)]);
    assert.deepEqual([health.status, page.status], [200, 200]);
    assert.match(await page.text(), /<div id="root">/);
    server.kill('SIGTERM');
    const [code] = (await once(server, 'close')) as [number | null];
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(home), ['data']);
  }).timeout(30_000);
});

/** Where the server listens. @throws Error with its output when it ends before that */
function urlOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /headgate listens url=(http:\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
  }
  child.once('close', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  return promise;
}
