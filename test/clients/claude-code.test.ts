/** Claude Code in everyday use: it answers, works with tools, counts, and learns of models. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountsOf, type BuiltWorld, startBuiltWorld, until } from './support/built-world.ts';
import { QUIET, runClaude, VERSIONS } from './support/claude-code.ts';

const TWO_TOOLS = 'Work. [[use Bash {"command":"echo first"}]] [[use Bash {"command":"echo second"}]]';
const COUNT = '/v1/messages/count_tokens';
/** So many parts 2.1.197 counts at the same time, at the least. */
const AT_ONCE = 11;

for (const version of VERSIONS) {
  describe(`Claude Code ${version}`, () => {
    let world: BuiltWorld;
    beforeEach(async () => {
      world = await startBuiltWorld(['one', 'two']);
    });
    afterEach(() => world.stop());

    it('answers a one-shot prompt', async () => {
      const { exitCode, result, output } = await runClaude({ version, world, prompt: 'Say hello' });
      assert.equal(exitCode, 0, output);
      assert.match(result.result ?? '', /Hello from one\./);
      assert.deepEqual(
        world.simulator.books.api.flatMap(({ violations }) => violations),
        [],
      );
    });

    it('is known by a key in x-api-key, too', async () => {
      const env = { ...QUIET, ANTHROPIC_AUTH_TOKEN: '', ANTHROPIC_API_KEY: world.key };
      const { exitCode, output } = await runClaude({ version, world, prompt: 'Say hello', env });
      assert.equal(exitCode, 0, output);
    });

    it('is known by a key from a helper, which comes in both headers', async () => {
      const settings = JSON.stringify({ apiKeyHelper: `echo ${world.key}` });
      const env = { ...QUIET, ANTHROPIC_AUTH_TOKEN: '' };
      const { exitCode, output } = await runClaude({ version, world, prompt: 'Say hello', env, extra: ['--settings', settings] });
      assert.equal(exitCode, 0, output);
    });

    it('forgives a base URL that ends in /v1', async () => {
      const { exitCode, output } = await runClaude({ version, world: { ...world, url: `${world.url}/v1` }, prompt: 'Say hello' });
      assert.equal(exitCode, 0, output);
      assert.equal(world.sentTo('/v1/messages').length, 1);
    });

    it('works through a tool loop on one account, turn by turn', async () => {
      const { exitCode, result, output } = await runClaude({ version, world, prompt: TWO_TOOLS });
      assert.equal(exitCode, 0, output);
      assert.match(result.result ?? '', /All 2 tools answered: second/);
      const turns = world.sentTo('/v1/messages');
      assert.deepEqual([turns.length, accountsOf(turns)], [3, ['one']]);
    });

    describe('asked for /context', () => {
      const ask = () => runClaude({ version, world, prompt: '/context' });
      const assertCounted = async () => {
        assert.deepEqual(world.sentTo('/v1/messages'), [], 'nothing is counted by asking for a message');
        const { tokens } = await world.admin('GET', '/api/admin/statistics');
        assert.deepEqual(tokens.total, { input: 0, output: 0, cache_read: 0, cache_creation: 0 });
      };

      it('has all its counts served at the same time, by one account', async () => {
        world.simulator.fault(null, { action: { kind: 'hang' }, path: COUNT, times: null });
        const asked = ask();
        await until(() => world.sentTo(COUNT).length >= AT_ONCE, `${AT_ONCE} counts at once`);
        world.simulator.clearFaults();
        world.simulator.release();
        const { exitCode, result, output } = await asked;
        assert.equal(exitCode, 0, output);
        assert.match(result.result ?? '', /Context Usage/);
        const counts = world.sentTo(COUNT);
        assert.ok(counts.every(({ status }) => status === 200));
        assert.deepEqual(accountsOf(counts), ['one']);
        await assertCounted();
      });

      it('has them served although the first account refuses them all', async () => {
        world.simulator.fault('one', { action: { kind: 'quota_rejected' }, path: COUNT, times: null });
        const { exitCode, output } = await ask();
        assert.equal(exitCode, 0, output);
        const served = world.sentTo(COUNT).filter(({ status }) => status === 200);
        assert.ok(served.length >= AT_ONCE, `${served.length}`);
        assert.deepEqual(accountsOf(served), ['two']);
        await assertCounted();
      });
    });

    it('has its counts served one after the other where accounts may serve few at once', async () => {
      const narrow = await startBuiltWorld(['one'], { ACCOUNTS__MAX_CONCURRENCY: '2' });
      try {
        narrow.simulator.fault('one', { action: { kind: 'delay', ms: 50 }, path: COUNT, times: null });
        const { exitCode, output } = await runClaude({ version, world: narrow, prompt: '/context' });
        assert.equal(exitCode, 0, output);
        assert.ok(narrow.sentTo(COUNT).length >= AT_ONCE);
        assert.ok(narrow.simulator.books.api.every(({ status, target }) => status === 200 && target.startsWith(COUNT)));
      } finally {
        await narrow.stop();
      }
    });

    describe('asked to learn of models', () => {
      const MODELS = '/v1/models';
      let home: string;
      beforeEach(async () => {
        home = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
      });
      afterEach(() => rm(home, { recursive: true, force: true }));
      /** The answer waits for the list, because a run that is over does not. `held`: the paths that hang until then. */
      const learn = async (held: string) => {
        world.simulator.fault(null, { action: { kind: 'hang' }, path: held, times: null });
        const env = { CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1' };
        const ran = runClaude({ version, world, prompt: 'Say hello', home, env });
        await until(() => existsSync(file()), 'the models that were learned');
        world.simulator.clearFaults();
        world.simulator.release();
        const { exitCode, output } = await ran;
        assert.equal(exitCode, 0, output);
      };
      const file = () => join(home, '.claude/cache/gateway-models.json');
      const learned = async () => JSON.parse(await readFile(file(), 'utf8')) as { baseUrl: string; models: { id: string }[] };

      it('keeps those that Headgate lists', async () => {
        await learn('/v1/messages');
        assert.deepEqual(
          world.sentTo(MODELS).map(({ method, target, status }) => `${method} ${target} ${status}`),
          [`GET ${MODELS}?limit=1000 200`],
        );
        const { baseUrl, models } = await learned();
        assert.equal(baseUrl, world.url);
        assert.ok(models.some(({ id }) => id === 'claude-sonnet-5'));
      });

      it('gets the last good list in time when the upstream does not answer', async () => {
        const headers = { authorization: `Bearer ${world.key}`, 'anthropic-version': '2023-06-01' };
        const before = await fetch(`${world.url}${MODELS}?limit=1000`, { headers });
        assert.equal(before.status, 200);
        await before.body?.cancel();
        await learn('');
        assert.equal(world.sentTo(MODELS).at(-1)?.end, 'aborted', 'the upstream was asked, and given up');
        assert.ok((await learned()).models.some(({ id }) => id === 'claude-sonnet-5'));
      });
    });
  });
}
