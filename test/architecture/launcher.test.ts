/** `bin/headgate` finds a Node that is new enough, and gets out of the way. The Nodes here are scripts that only tell their version. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../../bin/headgate');
const SYSTEM = '/usr/bin:/bin';

describe('bin/headgate', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headgate-launcher-'));
    for (const folder of ['bin', 'dist', 'node_modules/.bin', 'path', 'elsewhere'])
      mkdirSync(join(root, folder), { recursive: true });
    cpSync(launcher, join(root, 'bin/headgate'));
    writeFileSync(join(root, 'dist/cli.js'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Puts a Node of a version into a folder; run with a script it says which it is, its cache and its arguments. */
  function placeNode(folder: 'node_modules/.bin' | 'path', version: string): void {
    const file = join(root, folder, 'node');
    const says = `[ "$1" = -v ] && echo ${version} || echo "${folder} ${version} \${NODE_COMPILE_CACHE:-no-cache} $*"`;
    writeFileSync(file, version === 'broken' ? '#!/no/such/loader\n' : `#!/bin/sh\n${says}\n`);
    chmodSync(file, 0o755);
  }

  /** Without the system's own Node: `path` comes first and stops the search. */
  function launch(
    args: readonly string[] = ['serve'],
    { file = 'bin/headgate', env = {} }: { file?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    const { status, stdout, stderr } = spawnSync(join(root, file), args, {
      encoding: 'utf8',
      env: { PATH: `${join(root, 'path')}:${SYSTEM}`, ...env },
    });
    return { status, says: stdout.trim().split(root).join('ROOT'), complains: stderr.split(root).join('ROOT') };
  }

  const CACHE = 'ROOT/node_modules/.cache/headgate';

  it("runs the built program with the tree's Node, which comes before the PATH's", () => {
    placeNode('node_modules/.bin', 'v24.21.0');
    placeNode('path', 'v26.1.0');
    const { status, says } = launch(['accounts', 'add', '--name', 'two words']);
    assert.deepEqual([status, says], [0, `node_modules/.bin v24.21.0 ${CACHE} ROOT/dist/cli.js accounts add --name two words`]);
  });

  for (const version of ['v24.15.0', 'v24.99.1', 'v26.0.0', 'v27.3.0', 'v100.0.0']) {
    it(`takes Node ${version} from the PATH when the tree has none`, () => {
      placeNode('path', version);
      assert.equal(launch().says, `path ${version} ${CACHE} ROOT/dist/cli.js serve`);
    });
  }

  for (const version of ['v20.20.2', 'v22.23.3', 'v24.14.9', 'v24.2.0', 'v25.9.0', 'nonsense', 'broken']) {
    it(`refuses Node ${version} and says in plain words what to do`, () => {
      placeNode('path', version);
      const { status, says, complains } = launch();
      assert.deepEqual([status, says], [1, '']);
      assert.match(complains, /^headgate needs Node 24\.15 or newer of 24, or Node 26 and later \(found ROOT\/path\/node: /);
      assert.match(complains, /Run "make build" in ROOT, which brings one into that folder, or install one and try again\.\n$/);
    });
  }

  it("passes over a Node in the tree that does not run on this system, for the PATH's", () => {
    placeNode('node_modules/.bin', 'broken');
    placeNode('path', 'v24.15.0');
    assert.match(launch().says, /^path v24\.15\.0 /);
  });

  it('finds its tree through links, relative and absolute', () => {
    placeNode('node_modules/.bin', 'v24.21.0');
    symlinkSync('../bin/headgate', join(root, 'elsewhere/relative'));
    symlinkSync(join(root, 'elsewhere/relative'), join(root, 'path/absolute'));
    assert.match(launch(['x'], { file: 'path/absolute' }).says, / ROOT\/dist\/cli\.js x$/);
  });

  it('runs the sources when nothing is built, and says what to do when there are none', () => {
    placeNode('node_modules/.bin', 'v24.21.0');
    rmSync(join(root, 'dist'), { recursive: true });
    assert.match(launch().complains, /^headgate is not built: run "make build" in ROOT\.\n$/);
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/cli.ts'), '');
    assert.match(launch().says, / ROOT\/src\/cli\.ts serve$/);
  });

  it('keeps no compiled code where coverage is measured, where another cache is named, and where it has no folder', () => {
    placeNode('path', 'v24.21.0');
    assert.match(launch([], { env: { NODE_V8_COVERAGE: '/nowhere' } }).says, / no-cache /);
    assert.match(launch([], { env: { NODE_COMPILE_CACHE: '/elsewhere' } }).says, / \/elsewhere /);
    rmSync(join(root, 'node_modules'), { recursive: true });
    assert.match(launch().says, / no-cache /);
  });

  it('is replaced by the program, which so gets the signals itself', async () => {
    placeNode('node_modules/.bin', 'v24.21.0');
    const waits = '#!/bin/sh\n[ "$1" = -v ] && echo v24.21.0 && exit\necho $$\nexec sleep 60\n';
    writeFileSync(join(root, 'node_modules/.bin/node'), waits);
    const child = spawn(join(root, 'bin/headgate'), ['serve'], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: SYSTEM } });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const [pid] = await new Promise<string[]>((resolve) =>
      child.stdout.once('data', (chunk) => resolve(String(chunk).split('\n'))),
    );
    child.kill('SIGTERM');
    assert.deepEqual([Number(pid), await ended], [child.pid, 'SIGTERM']);
  });

  it("accepts exactly the Nodes that package.json's engines accept", () => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      engines: { node: string };
    };
    assert.equal(engines.node, '^24.15.0 || >=26.0.0');
  });
});
