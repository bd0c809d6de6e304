/** The completion scripts in the shells themselves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from '../../support/spawn-server.ts';

const isInstalled = (shell: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => spawnSync(join(folder, shell), ['--version']).status === 0);

/** What is typed, and what must be among the offers; the last word is begun. */
const CASES = [
  [['ser'], ['serve']],
  [
    ['accounts', 're'],
    ['refresh', 'remove'],
  ],
  [['accounts', 'add', '--ki'], ['--kind']],
  [
    ['accounts', 'add', '--kind', 'oauth'],
    ['oauth', 'oauth_static'],
  ],
  [['accounts', 'add', '--name', 'list', '--cl'], ['--client-id']],
  [
    ['keys', 'revoke', '--role', 'a'],
    ['admin', 'any'],
  ],
  [['logs', '--foll'], ['--follow']],
] as const;

/** Prints what the shell offers for the words, one a line. */
const DRIVERS = {
  bash: (script: string, words: readonly string[]) => `source ${script}
COMP_WORDS=(headgate ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_headgate; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (
    script: string,
    words: readonly string[],
  ) => `compdef() { : }; _describe() { print -l -- \${\${(P)2}%%:*} }; compadd() { shift; print -l -- "$@" }; _files() { : }
source ${script}
words=(headgate ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length + 1}
_headgate`,
  fish: (script: string, words: readonly string[]) =>
    `source ${script}; complete -C 'headgate ${words.join(' ')}' | string split -f1 \\t`,
} as const;

describe('headgate completion', function () {
  this.timeout(20_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'headgate-completion-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const scriptOf = async (shell: string): Promise<string> => {
    const { exitCode, output } = await runCommand(['completion', shell], {});
    assert.equal(exitCode, 0, output);
    const file = join(folder, `script.${shell}`);
    writeFileSync(file, output);
    return file;
  };
  const inShell = (shell: string, code: string): readonly string[] => {
    const { status, stdout, stderr } = spawnSync(shell, ['-c', code], {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb' },
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    return stdout.split('\n').filter((line) => line !== '');
  };

  it('is tested in every shell where all tests run', () => {
    if (process.env['CI'] !== undefined)
      for (const shell of Object.keys(DRIVERS)) assert.ok(isInstalled(shell), `${shell} is missing: make system-deps`);
  });

  for (const [shell, driver] of Object.entries(DRIVERS)) {
    if (!isInstalled(shell)) continue;
    it(`offers in ${shell} what can stand there`, async () => {
      const script = await scriptOf(shell);
      for (const [words, offers] of CASES) {
        const begun = words.at(-1) ?? '';
        const offered = inShell(shell, driver(script, words)).filter((word) => word.startsWith(begun));
        assert.deepEqual(offered.toSorted(), offers.toSorted(), words.join(' '));
      }
    });
  }

  it('offers files in bash where a file is wanted', async () => {
    writeFileSync(join(folder, 'config.yaml'), '');
    const script = await scriptOf('bash');
    assert.deepEqual(inShell('bash', DRIVERS.bash(script, ['serve', '--config', 'conf'])), ['config.yaml']);
    assert.deepEqual(inShell('bash', DRIVERS.bash(script, ['restore', 'conf'])), ['config.yaml']);
  });

  it('is registered in bash by what the help tells to do', async () => {
    const script = await scriptOf('bash');
    assert.deepEqual(inShell('bash', `eval "$(cat ${script})"; complete -p headgate`), ['complete -F _headgate headgate']);
  });

  if (isInstalled('zsh'))
    it('is registered in zsh by what the script tells to do', async () => {
      const load = `autoload -Uz compinit; compinit -u -D; eval "$(cat ${await scriptOf('zsh')})"`;
      assert.deepEqual(inShell('zsh', `${load}; print -- $_comps[headgate]`), ['_headgate']);
    });

  it('knows no other shell', async () => {
    const { exitCode, output } = await runCommand(['completion', 'tcsh'], {});
    assert.equal(exitCode, 2);
    assert.match(output, /Allowed choices are bash, zsh, fish/);
  });
});
