import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from '../support/start-app.ts';
import { runClaude, VERSIONS } from './claude-code.ts';

const TWO_TOOLS = 'Work. [[use Bash {"command":"echo first"}]] [[use Bash {"command":"echo second"}]]';
const messagesOf = (world: World) =>
  world.simulator.books.api.filter(({ target }) => target.startsWith('/v1/messages') && !target.includes('count_tokens'));

for (const version of VERSIONS) {
  describe(`Claude Code ${version}`, () => {
    let world: World;
    const run = (prompt: string, over: { key?: string; extra?: readonly string[]; home?: string } = {}) =>
      runClaude({
        version,
        baseUrl: world.app.url,
        key: over.key ?? world.key,
        prompt,
        ...(over.extra ? { extra: over.extra } : {}),
        ...(over.home ? { home: over.home } : {}),
      });

    beforeEach(async () => {
      world = await startWorld();
    });
    afterEach(() => world.stop());

    it('answers a one-shot prompt', async () => {
      await world.addAccount('one');
      const { exitCode, result, output } = await run('Say hello');
      assert.equal(exitCode, 0, output);
      assert.match(result.result ?? '', /Hello from one\./);
      assert.deepEqual(
        messagesOf(world).flatMap(({ violations }) => violations),
        [],
      );
    });

    it('works through a tool loop across a used-up quota, an expired token and a cut stream', async () => {
      for (const name of ['one', 'two', 'three']) await world.addAccount(name);
      const { simulator } = world;
      // The conversation starts on `one`, which runs out of quota; its next home has an expired token, and then breaks off in mid-stream.
      simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
      simulator.expireAccessTokens('two');
      simulator.fault('two', { action: { kind: 'cut', afterEvents: 4 } });
      const { exitCode, result, output } = await run(TWO_TOOLS);
      assert.equal(exitCode, 0, output);
      assert.match(result.result ?? '', /All 2 tools answered: second/);
      assert.equal(simulator.books.refreshes('two'), 1, 'the expired token was refreshed once');
      assert.ok(
        messagesOf(world).some(({ end }) => end !== 'finished'),
        'a stream was cut',
      );
    });

    it('stays on one account for a whole session, and after resuming it', async () => {
      for (const name of ['one', 'two', 'three']) await world.addAccount(name);
      const home = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
      const first = await run(TWO_TOOLS, { home });
      const again = await run('Say hello', { home, extra: ['--resume', first.result.session_id ?? ''] });
      await rm(home, { recursive: true, force: true });
      assert.equal(again.exitCode, 0, again.output);
      const accounts = new Set(
        messagesOf(world)
          .filter(({ sessionId }) => sessionId === first.result.session_id)
          .map(({ account }) => account),
      );
      assert.equal(accounts.size, 1, [...accounts].join(', '));
    });

    it('tells within seconds that the pool is exhausted, and until when', async () => {
      await world.addAccount('one');
      world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
      const { exitCode, result, seconds } = await run('Say hello');
      assert.equal(exitCode, 1);
      assert.match(result.result ?? '', /rate limited; the next is available at/);
      assert.ok(seconds < 30, `${seconds} s`);
    });

    it('tells within seconds that a key is unknown', async () => {
      await world.addAccount('one');
      const { exitCode, result, seconds } = await run('Say hello', { key: 'hg_unknown' });
      assert.equal(exitCode, 1);
      assert.match(result.result ?? '', /unknown API key/i);
      assert.ok(seconds < 30, `${seconds} s`);
    });
  });
}
