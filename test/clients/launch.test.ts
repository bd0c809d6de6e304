/** Claude Code as `headgate claude` starts it: with nothing set up but the server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuiltWorld, startBuiltWorld } from './support/built-world.ts';
import { binaryOf, environmentOf, QUIET, VERSIONS } from './support/claude-code.ts';

for (const version of VERSIONS) {
  describe(`Claude Code ${version} started by headgate claude`, () => {
    let world: BuiltWorld;
    let home: string;
    beforeEach(async () => {
      world = await startBuiltWorld(['one']);
      home = await mkdtemp(join(tmpdir(), 'headgate-launch-'));
    });
    afterEach(async () => {
      await world.stop();
      await rm(home, { recursive: true, force: true });
    });

    it('answers, with a key of its own, whatever else the environment has to offer', async () => {
      const launcher = join(import.meta.dirname, '../../bin/headgate');
      const { ANTHROPIC_BASE_URL: _url, ANTHROPIC_AUTH_TOKEN: _key, ...environment } = environmentOf({ world }, home);
      const child = spawn(launcher, ['claude', '--data', world.dataFolder, '-p', 'Say hello', '--output-format', 'json'], {
        cwd: home,
        env: {
          ...environment,
          ...QUIET,
          PATH: `${dirname(binaryOf(version))}:${environment.PATH}`,
          ANTHROPIC_API_KEY: 'of-another-account',
          CLAUDE_CODE_OAUTH_TOKEN: 'of-another-account',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      const [exitCode] = (await once(child, 'close')) as [number | null];
      assert.equal(exitCode, 0, output);
      assert.match(output, /Hello from one\./);
      const { data } = await world.admin('GET', '/api/keys?sort=name');
      assert.deepEqual(
        data.map(({ name, last_used_at: used }: { name: string; last_used_at: string | null }) => [name, used !== null]),
        [
          ['claude-code', true],
          ['laptop', false],
        ],
      );
    });
  });
}
