/** How the tests get their browser: named, installed, brought by apt, or missed in plain words. The system's programs are played by scripts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../../tools/setup/system-deps.sh');

describe('make system-deps', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'headgate-system-'));
    symlinkSync('/usr/bin/env', join(path, 'env'));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  /** Puts a program on the otherwise empty PATH that runs these lines of shell; returns where it is. */
  function place(name: string, lines = ''): string {
    const file = join(path, name);
    writeFileSync(file, `#!/bin/sh\n${lines}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A Debian whose apt-get can bring a chromium, for a user of this number. */
  function placeDebian(uid: number): void {
    place('id', `echo ${uid}`);
    place('grep', 'exit 0');
    place(
      'apt-get',
      `echo "apt-get $*" >&2; [ "$1" = install ] && /bin/cp ${place('template')} ${join(path, 'chromium')}; exit 0`,
    );
  }

  function run(env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync('/bin/bash', [script], { encoding: 'utf8', env: { PATH: path, ...env } });
    return { status, says: stdout.split(path).join('PATH').trim().split('\n'), complains: stderr };
  }

  it('takes the browser that CHROMIUM_PATH names, before an installed one', () => {
    place('chromium');
    const own = place('my-browser');
    assert.deepEqual(run({ CHROMIUM_PATH: own }), { status: 0, says: ['browser for the tests: PATH/my-browser'], complains: '' });
  });

  it('fails when CHROMIUM_PATH names nothing that runs, rather than take another', () => {
    place('chromium');
    const { status, complains } = run({ CHROMIUM_PATH: '/nowhere/chromium' });
    assert.deepEqual([status, complains], [1, 'CHROMIUM_PATH names /nowhere/chromium, which cannot be run.\n']);
  });

  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    it(`takes an installed ${name}`, () => {
      place(name);
      assert.deepEqual(run().says, [`browser for the tests: PATH/${name}`]);
    });
  }

  it("says that it is about to install Debian's chromium, and does so, as root", () => {
    placeDebian(0);
    const { status, says, complains } = run();
    assert.equal(status, 0);
    assert.deepEqual(says, [
      "installing Debian's chromium with apt-get for the browser tests (about 400 MB on disk)",
      'browser for the tests: PATH/chromium',
    ]);
    assert.match(complains, /^apt-get update .*\napt-get install .* chromium$/m);
  });

  it('installs nothing for anybody but root, and says what is missing and how to get it', () => {
    placeDebian(1000);
    const { status, complains } = run();
    assert.deepEqual(
      [status, complains],
      [1, 'No Chromium found; the browser tests need one. Install it, or name one in CHROMIUM_PATH.\n'],
    );
  });

  it('installs nothing where there is no apt-get', () => {
    place('id', 'echo 0');
    assert.equal(run().status, 1);
  });
});
