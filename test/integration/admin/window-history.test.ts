/** How full an account's windows were, as the administration API tells it. */
import assert from 'node:assert/strict';
import { windowHistorySchema } from '../../../src/contract/accounts.ts';
import { adminWorld } from '../../support/admin-world.ts';
import { HOUR, NOW } from '../../support/builders.ts';
import { startWorld } from '../../support/start-app.ts';

describe('the history of quota windows', () => {
  it('shows how a window filled, and ends with its account', async () => {
    const world = await adminWorld();
    await world.anAccountWith({ endsIn: 8 * HOUR });
    for (const utilization of [0.25, 0.5]) {
      world.pool.noteWindows('acc_1', [{ name: '5h', status: 'allowed', utilization, resetAt: NOW + 5 * HOUR }]);
      await world.time.advance(HOUR);
    }
    const { data } = windowHistorySchema.parse((await world.call('GET', '/api/accounts/acc_1/windows')).body);
    const iso = (at: number) => new Date(at).toISOString();
    const points = [
      { at: iso(NOW), utilization: 0.25 },
      { at: iso(NOW + HOUR), utilization: 0.5 },
    ];
    assert.deepEqual(data, [{ name: '5h', points }]);
    await world.call('DELETE', '/api/accounts/acc_1');
    assert.equal((await world.call('GET', '/api/accounts/acc_1/windows')).status, 404);
    await world.close();
  });

  it('is there again after a restart', async () => {
    const world = await startWorld({ accounts: ['one'] });
    await (await world.ask()).text();
    const { id } = (await world.admin('GET', '/api/accounts')).body.data[0];
    const before = (await world.admin('GET', `/api/accounts/${id}/windows`)).body;
    assert.ok(before.data.length > 0);
    await world.restart();
    assert.deepEqual((await world.admin('GET', `/api/accounts/${id}/windows`)).body, before);
    await world.stop();
  });
});
