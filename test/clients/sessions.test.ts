/** Sessions of Claude Code: whoever goes on with one goes on with its account, because that holds the prompt's cache. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountsOf, type BuiltWorld, startBuiltWorld } from './support/built-world.ts';
import { runClaude, VERSIONS } from './support/claude-code.ts';

for (const version of VERSIONS) {
  describe(`a session of Claude Code ${version}`, () => {
    let world: BuiltWorld;
    let home: string;
    let first: string;
    /** Runs to a good end; returns the session's id. */
    async function run(...extra: string[]): Promise<string> {
      const { exitCode, result, output } = await runClaude({ version, world, prompt: 'Say hello', home, extra });
      assert.equal(exitCode, 0, output);
      assert.ok(result.session_id);
      return result.session_id;
    }
    const accountsOfSession = (id: string) =>
      accountsOf(world.sentTo('/v1/messages').filter(({ sessionId }) => sessionId === id));

    beforeEach(async () => {
      world = await startBuiltWorld(['one', 'two', 'three']);
      home = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
      first = await run();
    });
    afterEach(async () => {
      await world.stop();
      await rm(home, { recursive: true, force: true });
    });

    it('keeps its account when it is continued, although another account would be next', async () => {
      assert.equal(await run('--continue'), first);
      assert.deepEqual(accountsOfSession(first), ['one']);
      assert.equal(world.sentTo('/v1/messages').length, 2);
    });

    it('keeps its account when it is resumed after others, which have accounts of their own', async () => {
      const second = await run();
      assert.equal(await run('--resume', first), first);
      assert.deepEqual([accountsOfSession(first), accountsOfSession(second)], [['one'], ['two']]);
    });

    it('goes on under a new name when it is forked, and leaves the old one where it was', async () => {
      const fork = await run('--resume', first, '--fork-session');
      assert.notEqual(fork, first);
      assert.deepEqual(accountsOfSession(fork), ['two'], 'a new conversation is placed by the policy');
      assert.equal(await run('--resume', fork), fork);
      assert.equal(await run('--resume', first), first);
      assert.deepEqual([accountsOfSession(first), accountsOfSession(fork)], [['one'], ['two']]);
    });

    it('moves once when its account can no longer serve, and stays there', async () => {
      world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
      await run('--continue');
      world.simulator.clearFaults();
      await run('--continue');
      const served = world.sentTo('/v1/messages').map(({ account, status }) => `${account} ${status}`);
      assert.deepEqual(served, ['one 200', 'one 429', 'two 200', 'two 200']);
    });
  });
}
