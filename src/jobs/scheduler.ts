/** Runs jobs by the clock. Only importer of node-cron. */
import { createTask, type ScheduledTask } from 'node-cron';
import type { DurationMs, EpochMs } from '../core/time.ts';

export interface Job {
  readonly name: string;
  /** Five fields, or six with seconds first, in the machine's time zone. */
  readonly cron: string;
  readonly run: () => Promise<void> | void;
}

export interface Scheduler {
  start(): void;
  /** When the job runs next; null when there is no such job, or when it is stopped. */
  nextRunAt(name: string): EpochMs | null;
  /** The job's next runs follow `cron`. Changes nothing when it is what the job follows already. */
  reschedule(name: string, cron: string): void;
  /** No job begins any more. A running one is not waited for. */
  stop(): Promise<void>;
}

export interface SchedulerDeps {
  /** A job failed; the next run comes all the same. */
  readonly onError: (job: string, error: unknown) => void;
}

/** node-cron prints to the console otherwise; what matters here is told by `onError`. */
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** So soon it is noticed that somebody has set the clock, or that the machine was asleep. */
const LONGEST_SLEEP_MS: DurationMs = 30_000;

/** A job that still runs when its next turn comes misses that turn. */
export function createScheduler(jobs: readonly Job[], { onError }: SchedulerDeps): Scheduler {
  const turns = new Map(jobs.map((job) => [job.name, new Turns(job, onError)]));
  return {
    start() {
      for (const one of turns.values()) one.start();
    },
    reschedule: (name, cron) => turns.get(name)?.reschedule(cron),
    nextRunAt: (name) => turns.get(name)?.next() ?? null,
    async stop() {
      for (const one of turns.values()) await one.stop();
    },
  };
}

/** Never started: it only tells when the turns are. */
const turnsOf = (cron: string): ScheduledTask => createTask(cron, () => undefined, { logger: silent, unref: true });

/**
 * The turns of one job. node-cron tells when they are; the waiting is done here, because its own sleeps a whole day when the clock is set
 * back by one, and counts every turn that was missed when it is set forward: for decades of minutes that takes an hour.
 */
class Turns {
  readonly #job: Job;
  readonly #onError: SchedulerDeps['onError'];
  #cron: string;
  #task: ScheduledTask;
  #timer: NodeJS.Timeout | null = null;
  #due: EpochMs = Number.POSITIVE_INFINITY;
  #isRunning = false;

  constructor(job: Job, onError: SchedulerDeps['onError']) {
    this.#job = job;
    this.#onError = onError;
    this.#cron = job.cron;
    this.#task = turnsOf(job.cron);
  }

  start(): void {
    this.#due = this.#upcoming();
    this.#sleep();
  }

  /** The next turns follow `cron`; one that is under way goes on. */
  reschedule(cron: string): void {
    if (cron === this.#cron) return;
    void this.#task.destroy();
    this.#cron = cron;
    this.#task = turnsOf(cron);
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.start();
  }

  next(): EpochMs | null {
    return this.#timer ? this.#upcoming() : null;
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#task.destroy();
  }

  #upcoming(): EpochMs {
    return this.#task.getNextRuns(1)[0]?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  #sleep(): void {
    this.#timer = setTimeout(() => this.#wake(), Math.min(this.#due - Date.now(), LONGEST_SLEEP_MS));
    this.#timer.unref();
  }

  #wake(): void {
    const isDue = Date.now() >= this.#due;
    const upcoming = this.#upcoming();
    // A clock that was set back brings the next turn nearer.
    this.#due = isDue ? upcoming : Math.min(this.#due, upcoming);
    if (isDue && !this.#isRunning) void this.#run();
    this.#sleep();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      await this.#job.run();
    } catch (error) {
      this.#onError(this.#job.name, error);
    }
    this.#isRunning = false;
  }
}
