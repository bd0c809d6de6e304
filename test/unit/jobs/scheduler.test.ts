import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createScheduler, type Job, type Scheduler } from '../../../src/jobs/scheduler.ts';
import { NOW } from '../../support/builders.ts';

const EVERY_SECOND = '* * * * * *';

describe('the scheduler', () => {
  let scheduler: Scheduler;
  const begin = (job: Omit<Job, 'name'>, onError: (job: string, error: unknown) => void = () => undefined) => {
    scheduler = createScheduler([{ name: 'job', ...job }], { onError });
    scheduler.start();
  };
  /** Lets the clock go on, and everything happen that happens then. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      mock.timers.tick(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW }));
  afterEach(async () => {
    await scheduler.stop();
    mock.timers.reset();
  });

  it('runs a job at its times', async () => {
    let runs = 0;
    const run = () => {
      runs += 1;
    };
    begin({ cron: EVERY_SECOND, run });
    await pass(3);
    assert.equal(runs, 3);
  });

  it('tells of a job that fails, and runs it again at its next time', async () => {
    const failures: string[] = [];
    const run = () => Promise.reject(new Error('broken'));
    begin({ cron: EVERY_SECOND, run }, (job, error) => failures.push(`${job}: ${String(error)}`));
    await pass(2);
    assert.deepEqual(failures, ['job: Error: broken', 'job: Error: broken']);
  });

  it('does not begin a job again that still runs', async () => {
    let runs = 0;
    const endless = Promise.withResolvers<void>();
    const run = () => {
      runs += 1;
      return endless.promise;
    };
    begin({ cron: EVERY_SECOND, run });
    await pass(3);
    endless.resolve();
    assert.equal(runs, 1);
  });

  it('knows when a job runs next, and nothing of jobs that there are not', () => {
    begin({ cron: '0 * * * *', run: () => undefined });
    assert.deepEqual([scheduler.nextRunAt('job'), scheduler.nextRunAt('other')], [NOW + 3_600_000, null]);
  });

  it('begins nothing after it was stopped', async () => {
    let runs = 0;
    const run = () => {
      runs += 1;
    };
    begin({ cron: EVERY_SECOND, run });
    await scheduler.stop();
    await pass(3);
    assert.equal(runs, 0);
  });
});
