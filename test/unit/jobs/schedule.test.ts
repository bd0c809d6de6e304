import assert from 'node:assert/strict';
import { endCooldowns, REFRESH_JOB, scheduledJobs } from '../../../src/jobs/schedule.ts';
import { inactive, limitedUntil, NOW } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

describe('the schedule', () => {
  let world: TokenWorld;
  const stateOf = (id: string) => world.pool.get(id)?.status.state;

  beforeEach(async () => {
    world = await tokenWorld();
  });
  afterEach(() => world.close());

  it('refreshes tokens when the configuration says', async () => {
    world.time.flow();
    await world.anAccountWith({});
    const jobs = scheduledJobs({ ...world, now: world.time.now, checkIdle: () => undefined, refreshCron: '7 * * * *' });
    const job = jobs.find(({ name }) => name === REFRESH_JOB);
    await job?.run();
    assert.deepEqual([job?.cron, world.simulator.books.refreshes('acc_1')], ['7 * * * *', 1]);
  });

  it('writes down which cooldowns are over, and leaves the others', async () => {
    await world.anAccountWith({ id: 'over', account: { status: limitedUntil(NOW) } });
    await world.anAccountWith({ id: 'running', account: { status: limitedUntil(NOW + 1) } });
    await world.anAccountWith({ id: 'paused', account: { status: inactive(limitedUntil(NOW)) } });
    endCooldowns(world.pool, world.time.now);
    assert.deepEqual(['over', 'running', 'paused'].map(stateOf), ['active', 'rate_limited', 'inactive']);
  });
});
