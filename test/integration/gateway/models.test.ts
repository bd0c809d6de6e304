import assert from 'node:assert/strict';
import { startWorld, type World } from '../../support/start-app.ts';

const list = (world: World) => fetch(`${world.app.url}/v1/models?limit=1000`, { headers: { 'x-api-key': world.key } });
const idsOf = async (reply: Response) => ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id);

describe('the list of models', () => {
  it('comes from the upstream', async () => {
    const world = await startWorld({ accounts: ['one'] });
    assert.ok((await idsOf(await list(world))).includes('claude-sonnet-5'));
    await world.stop();
  });

  it('never waits for a refresh: the last good one serves for a day, and no longer', async () => {
    let now = Date.now();
    const world = await startWorld({ now: () => now, accounts: ['one'] });
    await (await list(world)).text();
    now += 9 * 3_600_000;
    world.simulator.tokenFault({ kind: 'hang', times: null });
    assert.ok((await idsOf(await list(world))).includes('claude-sonnet-5'));
    assert.equal(world.simulator.books.api.length, 1);
    await world.stop();
  });

  it('comes within three seconds when the upstream hangs: the last good one, else an error', async () => {
    const world = await startWorld({ accounts: ['one'] });
    world.simulator.fault('one', { action: { kind: 'hang' }, times: null, path: '/v1/models' });
    const began = performance.now();
    assert.equal((await list(world)).status, 504);
    assert.ok(performance.now() - began < 3000);
    world.simulator.clearFaults();
    await (await list(world)).text();
    world.simulator.fault('one', { action: { kind: 'hang' }, times: null, path: '/v1/models' });
    assert.ok((await idsOf(await list(world))).includes('claude-sonnet-5'));
    await world.stop();
  });

  it('survives an upstream that fails', async () => {
    const world = await startWorld({ accounts: ['one'] });
    await (await list(world)).text();
    world.simulator.revoke('one');
    for (let i = 0; i < 3; i += 1) assert.equal((await list(world)).status, 200);
    await world.stop();
  });
});
