/** Claude Code in a terminal, which asks for more than a single prompt does. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountsOf, type BuiltWorld, startBuiltWorld, until } from './support/built-world.ts';
import { VERSIONS } from './support/claude-code.ts';
import { ESCAPE, openTerminal, type Terminal } from './support/terminal.ts';

for (const version of VERSIONS) {
  describe(`Claude Code ${version} in a terminal`, () => {
    let world: BuiltWorld;
    let home: string;
    let terminal: Terminal;
    beforeEach(async () => {
      world = await startBuiltWorld(['one', 'two']);
      home = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
      terminal = await openTerminal({ version, world, home });
    });
    afterEach(async () => {
      await terminal.kill();
      await world.stop();
      await rm(home, { recursive: true, force: true });
    });

    it('answers, counts its context, and leaves; all of it on one account', async () => {
      await terminal.enter('Say hello');
      await terminal.shows('Hello from one.');
      await terminal.enter('/context');
      await terminal.shows('Estimated usage by category');
      await terminal.enter('/exit');
      assert.equal(await terminal.ended(), 0);
      assert.ok(world.sentTo('/v1/messages').length >= 1);
      assert.ok(world.sentTo('/v1/messages/count_tokens').length >= 11);
      assert.ok(world.simulator.books.api.every(({ method, status }) => method === 'POST' && status === 200));
      assert.deepEqual(accountsOf(world.simulator.books.api), ['one']);
    });

    it('ends the work upstream when a person interrupts it', async () => {
      world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 4 }, times: null });
      await terminal.enter('Say hello');
      await until(() => world.sentTo('/v1/messages').some(({ eventsSent }) => eventsSent === 4), 'the stream that stalls');
      terminal.press(ESCAPE);
      await until(() => world.sentTo('/v1/messages').every(({ end }) => end === 'aborted'), 'the end upstream');
      assert.equal(await world.statusOf('one'), 'active');
    });
  });
}
