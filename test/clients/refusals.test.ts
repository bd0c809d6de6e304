/** What a person at Claude Code reads when Headgate itself refuses: at once, and in words that tell what to do. */
import assert from 'node:assert/strict';
import { type BuiltWorld, startBuiltWorld, until } from './support/built-world.ts';
import { runClaude, VERSIONS } from './support/claude-code.ts';

/** Retries would take three minutes. */
const AT_ONCE_SECONDS = 30;

for (const version of VERSIONS) {
  describe(`a person at Claude Code ${version} reads at once`, () => {
    let world: BuiltWorld;
    const start = async (...accounts: string[]) => {
      world = await startBuiltWorld(accounts);
    };
    afterEach(() => world.stop());

    async function reads(words: RegExp, key = world.key): Promise<void> {
      const { exitCode, result, output, seconds } = await runClaude({ version, world, prompt: 'Say hello', key });
      assert.equal(exitCode, 1, output);
      assert.match(result.result ?? '', words);
      assert.ok(seconds < AT_ONCE_SECONDS, `${seconds} s`);
    }

    it('that all accounts are limited, and until when', async () => {
      await start('one', 'two', 'three');
      world.simulator.fault(null, { action: { kind: 'quota_rejected', reset: 7200 }, times: null });
      await reads(
        /^API Error: Request rejected \(429\) · All 3 accounts are rate limited; the next is available at .+ UTC \(in 2 h\)\.$/,
      );
      assert.equal(world.sentTo('/v1/messages').length, 3, 'each account was asked once, and nothing was repeated');
    });

    it('that no account is left to serve, and why', async () => {
      await start('one');
      world.simulator.revoke('one');
      await reads(/API Error: 503 No usable account: 1 invalid\. Re-authorize/);
    });

    it('that there is no account yet', async () => {
      await start();
      await reads(/API Error: 503 No account yet\. Add one/);
    });

    describe('of its key', () => {
      beforeEach(() => start('one'));
      afterEach(() => assert.deepEqual(world.simulator.books.api, [], 'nothing was asked upstream'));

      it('that nobody knows it', async () =>
        reads(/^Failed to authenticate\. API Error: 401 Missing or unknown API key\..+ANTHROPIC_AUTH_TOKEN/, 'hg_unknown'));

      it('that it has expired, and when', async () => {
        const expiresAt = new Date(Date.now() + 500).toISOString();
        const { key } = await world.admin('POST', '/api/keys', { name: 'old', expires_at: expiresAt });
        // Nothing is there; whose key is good learns that.
        const ask = () => fetch(`${world.url}/v1/organizations`, { headers: { 'x-api-key': key } });
        await until(async () => (await ask()).status === 401, 'the end of the key');
        const day = expiresAt.slice(0, 10);
        await reads(
          new RegExp(
            `^Failed to authenticate\\. API Error: 401 The API key "old" expired on ${day}\\. Ask the operator for a new one\\.$`,
          ),
          key,
        );
      });

      it('that it is disabled', async () => {
        const { id, key } = await world.admin('POST', '/api/keys', { name: 'old' });
        await world.admin('PATCH', `/api/keys/${id}`, { enabled: false });
        await reads(
          /^Failed to authenticate\. API Error: 401 The API key "old" is disabled\. Ask the operator to enable it\.$/,
          key,
        );
      });
    });
  });
}
