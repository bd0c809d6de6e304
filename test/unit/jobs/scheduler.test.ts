import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createScheduler, type Job, type Scheduler } from '../../../src/jobs/scheduler.ts';
import { DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';

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

  describe('when somebody sets the clock', () => {
    let runs: number;
    /** The clock on the wall goes on as before, ahead by this; what waits does not notice. */
    const setClock = (byMs: number) => {
      const Steady = globalThis.Date;
      globalThis.Date = class extends Steady {
        constructor(...given: [] | [number]) {
          super(given.length === 0 ? Steady.now() + byMs : given[0]);
        }
        static override now = () => Steady.now() + byMs;
      } as DateConstructor;
    };
    const beginCounting = (cron: string) => {
      runs = 0;
      begin({
        cron,
        run: () => {
          runs += 1;
        },
      });
    };
    const passMinutes = (minutes: number) => pass(60 * minutes);

    it('forward, runs what was missed once, within half a minute', async () => {
      beginCounting('0 * * * *');
      setClock(25 * HOUR + 5 * MINUTE);
      await pass(30);
      assert.equal(runs, 1);
      await passMinutes(54);
      assert.equal(runs, 1);
      await passMinutes(1);
      assert.equal(runs, 2);
    });

    it('back by a day, goes on at the times that the clock shows then', async () => {
      beginCounting('0 * * * *');
      await passMinutes(10);
      setClock(-DAY);
      await passMinutes(50);
      assert.equal(runs, 1);
    });

    it('forward by decades, as on a machine that knows the time only later, is not busy with what it missed', async () => {
      beginCounting('* * * * *');
      setClock(50 * 365 * DAY);
      const began = performance.now();
      await passMinutes(2);
      assert.equal(runs, 3);
      assert.ok(performance.now() - began < 5000);
    });
  });

  it('follows other times once it is told to, and goes on where it is told the same', async () => {
    let runs = 0;
    const run = () => {
      runs += 1;
    };
    begin({ cron: '0 * * * *', run });
    scheduler.reschedule('job', EVERY_SECOND);
    await pass(1);
    scheduler.reschedule('job', EVERY_SECOND);
    await pass(1);
    assert.deepEqual([runs, scheduler.nextRunAt('job')], [2, NOW + 3000]);
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
