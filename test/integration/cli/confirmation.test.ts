/** What cannot be taken back is asked for first: at a terminal by a question, everywhere else by `--yes`. */
import assert from 'node:assert/strict';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';
import { openTerminal, RETURN } from '../../support/terminal.ts';

describe('a command that cannot be taken back', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ accounts: ['work'] });
  });
  afterEach(() => world.stop());

  const args = (command: string) => [...command.split(' '), '--data', world.dataFolder];
  const run = (command: string) => runCommand(args(command), {});
  const names = async (what: 'accounts' | 'keys'): Promise<string[]> =>
    (await world.admin('GET', `/api/${what}`)).body.data.map(({ name }: { name: string }) => name);

  for (const [command, what] of [
    ['accounts remove work', 'accounts'],
    ['keys revoke test', 'keys'],
    ['keys revoke --all', 'keys'],
  ] as const) {
    it(`${command} is refused where nobody can be asked, and says what to do`, async () => {
      const before = await names(what);
      const { exitCode, output } = await run(command);
      assert.equal(exitCode, 2, output);
      assert.match(output, /for good\. Say --yes if that is wanted\./);
      assert.deepEqual(await names(what), before);
    });

    it(`${command} --yes is done without a question`, async () => {
      const { exitCode, output } = await run(`${command} --yes`);
      assert.equal(exitCode, 0, output);
      assert.deepEqual(await names(what), []);
    });
  }

  it('changes nothing when the person at the terminal does not say yes', async () => {
    const terminal = openTerminal(args('accounts remove work'));
    await terminal.shows(/"work" and its credential are removed for good\. Go on\? \[y\/N\]/);
    terminal.type(RETURN);
    assert.equal(await terminal.ended(), 1);
    assert.match(terminal.text(), /Nothing was changed\./);
    assert.deepEqual(await names('accounts'), ['work']);
  });

  it('is done when the person at the terminal says yes', async () => {
    const terminal = openTerminal(args('accounts remove work'));
    await terminal.shows(/Go on\?/);
    terminal.type(`y${RETURN}`);
    assert.equal(await terminal.ended(), 0);
    assert.deepEqual(await names('accounts'), []);
  });
});
