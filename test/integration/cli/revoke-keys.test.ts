/** `headgate keys revoke` in an incident. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('headgate keys revoke', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ accounts: ['work'] });
    await world.admin('POST', '/api/keys', { name: 'second', role: 'user' });
    await world.admin('POST', '/api/keys', { name: 'robot', role: 'admin' });
  });
  afterEach(() => world.stop());

  const revoke = async (...more: string[]) => {
    const { exitCode, output } = await runCommand(['keys', 'revoke', ...more, '--data', world.dataFolder], {});
    return { exitCode, output };
  };
  const names = async (): Promise<string[]> =>
    (await world.admin('GET', '/api/keys')).body.data.map(({ name }: { name: string }) => name).toSorted();

  it('--all deletes every key of role user, so that the next request is refused', async () => {
    assert.equal((await world.ask()).status, 200);
    const { exitCode, output } = await revoke('--all', '--yes', '--json');
    assert.equal(exitCode, 0, output);
    const { revoked, left } = JSON.parse(output) as { revoked: { name: string }[]; left: unknown[] };
    assert.deepEqual([revoked.map(({ name }) => name).toSorted(), left], [['second', 'test'], []]);
    assert.deepEqual(await names(), ['robot']);
    assert.equal((await world.ask()).status, 401);
  });

  it('--all --role any deletes those of role admin, too', async () => {
    await revoke('--all', '--role', 'any', '--yes');
    assert.deepEqual(await names(), []);
  });

  it('--cut breaks off what its clients have running', async () => {
    world.simulator.fault('work', { action: { kind: 'stall', afterEvents: 2 }, times: null });
    const reply = await world.ask({ body: { model: 'claude-sonnet-5', max_tokens: 8, stream: true, messages: [] } });
    const broken = assert.rejects(reply.text());
    const { output } = await revoke('test', '--cut', '--yes');
    assert.match(output, /^Revoked: "test"\.\nClients that were cut: 1\.\n$/);
    await broken;
  });

  it('without --cut lets it end', async () => {
    world.simulator.fault('work', { action: { kind: 'stall', afterEvents: 2 }, times: null });
    const reply = await world.ask({ body: { model: 'claude-sonnet-5', max_tokens: 8, stream: true, messages: [] } });
    assert.match((await revoke('test', '--yes')).output, /^Revoked: "test"\.\n$/);
    const [client] = (await world.admin('GET', '/api/sessions')).body.data;
    assert.equal(client.running.length, 1);
    await reply.body?.cancel();
  });

  for (const [what, args] of [
    ['no key and no --all', []],
    ['a key and --all', ['test', '--all']],
    ['a role that there is not', ['--all', '--role', 'both']],
  ] as const)
    it(`refuses ${what} as misused`, async () => assert.equal((await revoke(...args, '--yes')).exitCode, 2));

  it('names a key that the configuration declares as one that still opens, and fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-revoke-'));
    await writeFile(join(folder, 'config.yaml'), 'keys:\n  static:\n    - { name: fixed, key: env:FIXED_KEY }\n');
    const { exitCode, output } = await runCommand(
      ['keys', 'revoke', '--all', '--yes', '--config', join(folder, 'config.yaml'), '--data', join(folder, 'data')],
      { FIXED_KEY: 'hg_00000000000000000000000000000000000000' },
    );
    await rm(folder, { recursive: true });
    assert.equal(exitCode, 1, output);
    assert.match(output, /^Not revoked: "fixed"\. .*keys\.static/m);
  });
});
