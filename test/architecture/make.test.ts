/** The Makefile offers what the documents promise, and `.ci/run` closes with the sum of all tests. `make` is played by a script there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const projectRoot = join(import.meta.dirname, '../..');

describe('make', () => {
  it('without a target lists every target with what it does', () => {
    const { stdout } = spawnSync('make', ['--no-print-directory'], { cwd: projectRoot, encoding: 'utf8' });
    const targets = [...stdout.matchAll(/^ {2}make ([a-z-]+) +\S.*$/gm)].map(([, name]) => name);
    const promised = [
      'bench',
      'build',
      'check',
      'clean',
      'coverage',
      'demo',
      'dev',
      'docs',
      'fix',
      'help',
      'run',
      'screenshots',
      'simulate',
      'system-deps',
      'test',
      'test-clients',
    ];
    assert.deepEqual(targets.sort(), promised);
  });
});

describe('.ci/run', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headgate-ci-'));
    mkdirSync(join(root, 'path'));
    cpSync(join(projectRoot, '.ci/run'), join(root, '.ci/run'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs it with a `make` that does for each target what the given lines of shell say; a target without lines is well and silent. */
  function run(targets: Readonly<Record<string, string>>) {
    const cases = Object.entries(targets).map(([name, lines]) => `${name}) ${lines} ;;`);
    const make = join(root, 'path/make');
    writeFileSync(make, `#!/bin/sh\necho "made $1, CI=$CI"\ncase $1 in ${cases.join('\n')}\nesac\n`);
    chmodSync(make, 0o755);
    const { status, stdout, stderr } = spawnSync('bash', [join(root, '.ci/run')], {
      encoding: 'utf8',
      env: { PATH: `${join(root, 'path')}:/usr/bin:/bin` },
    });
    return {
      status,
      made: [...stdout.matchAll(/^made .*$/gm)].map(String),
      lastLine: stdout.trimEnd().split('\n').at(-1),
      stderr,
    };
  }

  const WELL = { test: 'echo "10 passed, 0 failed"', 'test-clients': 'echo "3 passed, 0 failed"' };

  it('makes every step, in order, and ends with the sum', () => {
    const { status, made, lastLine } = run(WELL);
    assert.deepEqual(
      made,
      ['system-deps', 'check', 'test', 'test-clients'].map((target) => `made ${target}, CI=true`),
    );
    assert.deepEqual([status, lastLine], [0, '13 passed, 0 failed']);
  });

  it('takes the last closing line of a step that prints several', () => {
    assert.equal(run({ ...WELL, test: 'echo "1 passed, 1 failed"; echo "20 passed, 0 failed"' }).lastLine, '23 passed, 0 failed');
  });

  it('fails when a test failed, and still runs the rest', () => {
    const { status, lastLine } = run({ ...WELL, test: 'echo "9 passed, 2 failed"; exit 2' });
    assert.deepEqual([status, lastLine], [1, '12 passed, 2 failed']);
  });

  it('fails when a step ends without its closing line, whatever its exit code', () => {
    for (const lines of ['exit 2', 'echo done']) {
      const { status, lastLine, stderr } = run({ ...WELL, test: lines });
      assert.deepEqual([status, lastLine], [1, '3 passed, 1 failed'], lines);
      assert.match(stderr, /make test ended without saying "N passed, N failed"/);
    }
  });

  for (const target of ['system-deps', 'check', 'test-clients']) {
    it(`fails when make ${target} fails though no test did`, () => {
      const { status, lastLine } = run({ ...WELL, [target]: `echo "3 passed, 0 failed"; exit 1` });
      assert.deepEqual([status, lastLine], [1, '13 passed, 1 failed']);
    });
  }

  it('gives no step anything to read', () => {
    assert.equal(run({ ...WELL, check: 'if read -r line; then exit 1; fi' }).status, 0);
  });
});
