/** `headgate plan` as a person runs it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../support/spawn-server.ts';

const SMALL = ['--accounts', '2', '--days', '3', '--seeds', '2'];
const run = (...args: string[]) => runCommand(['plan', ...args], {});

describe('headgate plan', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'headgate-plan-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('prints the bound and every contender', async () => {
    const { exitCode, output } = await run(...SMALL, '--load', '150');
    assert.equal(exitCode, 0, output);
    assert.match(output, /^2 equal accounts, load 150 %, 3\.0 days, 2 seeds/);
    const names = output
      .split('\n')
      .slice(3, -1)
      .map((line) => line.split(/\s+/)[0]);
    assert.deepEqual(names, [
      'bound',
      'quota_aware/move_cold',
      'quota_aware',
      'priority',
      'least_loaded',
      'round_robin',
      'round_robin/request',
    ]);
  });

  it('prints JSON for programs, only of the policies asked for and in their order', async () => {
    const { output } = await run(...SMALL, '--json', '--policy', 'round_robin,quota_aware');
    const { contenders } = JSON.parse(output) as { contenders: { name: string }[] };
    assert.deepEqual(
      contenders.map(({ name }) => name),
      ['round_robin', 'quota_aware'],
    );
  });

  it('replays recorded requests', async () => {
    const file = join(folder, 'recorded.jsonl');
    const request = (day: number) => ({ at: `2026-11-2${day}T12:00:00Z`, model: 'm', prompt_tokens: 9, output_tokens: 9 });
    writeFileSync(file, [1, 2, 3].map((day) => JSON.stringify(request(day))).join('\n'));
    const { exitCode, output } = await run('--trace', file, '--seeds', '1');
    assert.equal(exitCode, 0, output);
    assert.match(output, /2\.0 days, 1 seed, 3 requests each/);
  });

  for (const [what, args, message] of [
    ['a load in words', ['--load', 'much'], '--load is a whole number from 1 to 1000.'],
    ['no account', ['--accounts', '0'], '--accounts is a whole number from 1 to 100.'],
    ['an unknown policy', ['--policy', 'fastest'], '--policy knows quota_aware/move_cold'],
    ['a file that is not there', ['--trace', '/nonexistent/trace'], '/nonexistent/trace cannot be read: ENOENT.'],
  ] as const)
    it(`refuses ${what} with exit code 2 and the remedy`, async () => {
      const { exitCode, output } = await run(...args);
      assert.equal(exitCode, 2);
      assert.ok(output.startsWith(message), output);
    });

  it('names the line of a recording that cannot be read', async () => {
    const file = join(folder, 'broken.jsonl');
    writeFileSync(file, '{}\n');
    const { exitCode, output } = await run('--trace', file);
    assert.equal(exitCode, 2);
    assert.ok(output.startsWith(`${file}: line 1: "at" must be`), output);
  });
});
