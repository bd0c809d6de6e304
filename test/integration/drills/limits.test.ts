/** The drills about limits: what clients get, and what becomes of the accounts. */
import assert from 'node:assert/strict';
import { NOW } from '../../support/builders.ts';
import { aMessage } from '../../support/start-app.ts';
import { type DrillWorld, startDrill } from './drill-world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('the drill', () => {
  let world: DrillWorld;
  afterEach(() => world.stop());
  const statuses = async (...names: string[]) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await world.account(name)).status])));
  const inSession = () => world.served({ session: 'a-conversation' });
  const rfc3339 = (at: number) => new Date(at).toISOString();

  it('five-hour-limit: the conversation goes on elsewhere, and the account is back at its reset', async () => {
    world = await startDrill('five-hour-limit.yaml');
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(await inSession(), [200, 'studio']);
    const { windows } = await world.account('studio');
    assert.deepEqual(
      windows.map(({ name, utilization }: { name: string; utilization: number }) => [name, utilization]),
      [
        ['5h', 1],
        ['7d', 0.32],
      ],
    );
    assert.deepEqual(await inSession(), [200, 'weekend']);
    const limited = await world.account('studio');
    assert.deepEqual([limited.status, limited.rate_limited_until], ['rate_limited', rfc3339(NOW + MINUTE)]);
    world.pass(MINUTE);
    assert.deepEqual(await statuses('studio', 'weekend'), { studio: 'active', weekend: 'active' });
    assert.ok((await Promise.all([world.served(), world.served()])).some(([, account]) => account === 'studio'));
  });

  it('weekly-window: one model family waits while the account serves the others', async () => {
    world = await startDrill('weekly-window.yaml');
    assert.deepEqual(await world.served(), [200, 'weekend']);
    assert.deepEqual(await world.served({ model: 'claude-opus-5-5' }), [429, null]);
    const [studio, weekend] = [await world.account('studio'), await world.account('weekend')];
    assert.deepEqual([studio.status, studio.rate_limited_until], ['rate_limited', rfc3339(NOW + 2 * DAY)]);
    assert.deepEqual([weekend.status, weekend.model_benches], ['active', [{ family: 'opus', until: rfc3339(NOW + DAY) }]]);
    assert.deepEqual(await world.served(), [200, 'weekend']);
  });

  it('bare-429: one account is to blame when another serves, nobody when all refuse alike', async () => {
    world = await startDrill('bare-429.yaml');
    const first = await world.served();
    assert.deepEqual([first, await statuses('studio')], [[200, 'weekend'], { studio: 'rate_limited' }]);
    const { rate_limited_until } = await world.account('studio');
    assert.equal(rate_limited_until, rfc3339(world.now() + 60 * MINUTE), 'confirmed by the account that served');
    assert.equal((await world.served())[0], 200);
    assert.equal((await world.served())[0], 429);
    assert.deepEqual(await statuses('weekend', 'attic'), { weekend: 'active', attic: 'active' });
    assert.deepEqual(world.said, ['every account answers 429 without headers now, six times']);
  });

  it('overage: an account that serves for money rests, unless that is allowed', async () => {
    world = await startDrill('overage.yaml');
    const first = await world.ask();
    assert.deepEqual(
      [first.headers.get('x-headgate-account'), first.headers.get('anthropic-ratelimit-unified-overage-in-use')],
      ['studio', 'true'],
    );
    assert.deepEqual(await statuses('studio'), { studio: 'rate_limited' });
    const second = await world.ask();
    assert.equal(second.headers.get('anthropic-ratelimit-unified-overage-disabled-reason'), 'org_level_disabled');
    assert.equal(second.headers.get('x-headgate-account'), 'weekend');
  });

  it('overage, allowed: the account goes on', async () => {
    world = await startDrill('overage.yaml', { config: { accounts: { allowOverage: true } } });
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(await inSession(), [200, 'studio']);
    assert.deepEqual(await statuses('studio'), { studio: 'active' });
  });

  it('clock-ahead: a rest is as much longer, and tokens are not touched', async () => {
    world = await startDrill('clock-ahead.yaml');
    assert.deepEqual(await inSession(), [200, 'studio']);
    assert.deepEqual(await inSession(), [200, 'weekend']);
    const { rate_limited_until, expires_at } = await world.account('studio');
    assert.equal(rate_limited_until, rfc3339(NOW + 15 * MINUTE));
    assert.equal(expires_at, rfc3339(NOW + 8 * 60 * MINUTE));
    const reply = await world.ask({ body: aMessage });
    assert.equal(reply.status, 200);
  });
});
