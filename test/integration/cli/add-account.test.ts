/** `headgate accounts add` with a person at a terminal, and without. */
import assert from 'node:assert/strict';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';
import { openTerminal, RETURN, type Terminal } from '../../support/terminal.ts';

const DOWN = '\u001b[B';
const INTERRUPT = '\u0003';

describe('headgate accounts add', function () {
  this.timeout(60_000);
  let world: World;
  let terminal: Terminal | null;
  beforeEach(async () => {
    terminal = null;
    world = await startWorld();
    world.simulator.addAccount({ name: 'work' });
  });
  afterEach(async () => {
    await terminal?.kill();
    await world.stop();
  });

  const open = (...more: string[]) => {
    terminal = openTerminal(['accounts', 'add', '--data', world.dataFolder, ...more]);
    return terminal;
  };
  const accounts = async (): Promise<readonly (readonly [string, string])[]> =>
    (await world.admin('GET', '/api/accounts')).body.data.map(({ name, kind }: Record<string, string>) => [name, kind]);
  const approve = (text: string) => {
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/oauth\/authorize\?\S+/.exec(text) ?? [];
    return world.simulator.approve(address, 'work');
  };

  it('asks for kind, name and code at a terminal, says what it recognised, and lets a slip be put right', async () => {
    const at = open();
    await at.shows(/What kind of account is it\?/);
    at.type(RETURN);
    await at.shows(/How to call it\?/);
    at.type(`work${RETURN}`);
    await at.shows(/The code/);
    const { code, state } = approve(at.text());
    at.type(`${code}#of-another${RETURN}`);
    await at.shows(/belongs to another login/);
    at.type(`${'\b'.repeat('of-another'.length)}${state}x${RETURN}`);
    await at.shows(/belongs to another login[\s\S]*belongs to another login/);
    at.type(`\b${RETURN}`);
    await at.shows(/Recognised: a code with its state\./);
    assert.equal(await at.ended(), 0, at.text());
    assert.match(at.text(), /Account "work" added: active\./);
    assert.deepEqual(await accounts(), [['work', 'oauth']]);
  });

  it('lets a code be entered again that the authorization server refuses', async () => {
    const at = open('--kind', 'oauth', '--name', 'work');
    await at.shows(/The code/);
    at.type(`no-code-of-anybody${RETURN}`);
    await at.shows(/Try again, or give up with Ctrl-C/);
    const { code } = approve(at.text());
    at.type(`${code}${RETURN}`);
    assert.equal(await at.ended(), 0, at.text());
    assert.deepEqual(await accounts(), [['work', 'oauth']]);
  });

  it('asks for an API key without showing it', async () => {
    const key = world.simulator.issueApiKey('work');
    const at = open();
    await at.shows(/What kind of account is it\?/);
    at.type(`${DOWN}${RETURN}`);
    await at.shows(/How to call it\?/);
    at.type(RETURN);
    await at.shows(/Something has to stand here/);
    at.type(`billing${RETURN}`);
    await at.shows(/The API key/);
    at.type(`${key}${RETURN}`);
    assert.equal(await at.ended(), 0, at.text());
    assert.ok(!at.raw().includes(key));
    assert.deepEqual(await accounts(), [['billing', 'api_key']]);
  });

  it('adds nothing when the person gives up, and ends with 130', async () => {
    const at = open('--kind', 'api_key', '--name', 'billing');
    await at.shows(/The API key/);
    at.type(INTERRUPT);
    assert.equal(await at.ended(), 130);
    assert.match(at.text(), /Given up; nothing was changed\./);
    assert.deepEqual(await accounts(), []);
  });

  it('reads a secret from standard input where there is no terminal', async () => {
    const args = ['accounts', 'add', '--kind', 'api_key', '--name', 'billing', '--data', world.dataFolder, '--json'];
    const { exitCode, output } = await runCommand(args, {}, `${world.simulator.issueApiKey('work')}\n`);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(await accounts(), [['billing', 'api_key']]);
  });

  it('says which option is missing where nobody can be asked', async () => {
    const { exitCode, output } = await runCommand(['accounts', 'add', '--kind', 'api_key', '--data', world.dataFolder], {});
    assert.equal(exitCode, 2);
    assert.match(output, /^--name is needed for an account of kind api_key\./);
  });
});
