/** Runs jobs by the clock. Only importer of node-cron. */
import { createTask, type ScheduledTask } from 'node-cron';
import type { EpochMs } from '../core/time.ts';

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
  /** No job begins any more. A running one is not waited for. */
  stop(): Promise<void>;
}

export interface SchedulerDeps {
  /** A job failed; the next run comes all the same. */
  readonly onError: (job: string, error: unknown) => void;
}

/** node-cron prints to the console otherwise; what matters here is told by `onError`. */
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** A job that still runs when its next turn comes misses that turn. */
export function createScheduler(jobs: readonly Job[], { onError }: SchedulerDeps): Scheduler {
  const tasks = new Map(jobs.map((job) => [job.name, taskFor(job, onError)]));
  return {
    start() {
      for (const task of tasks.values()) void task.start();
    },
    nextRunAt: (name) => tasks.get(name)?.getNextRun()?.getTime() ?? null,
    async stop() {
      for (const task of tasks.values()) await task.destroy();
    },
  };
}

const taskFor = ({ name, cron, run }: Job, onError: SchedulerDeps['onError']): ScheduledTask =>
  createTask(
    cron,
    async () => {
      try {
        await run();
      } catch (error) {
        onError(name, error);
      }
    },
    { name, noOverlap: true, logger: silent, suppressMissedWarning: true, unref: true },
  );
