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

/** A job that still runs when its next turn comes misses that turn. */
export function createScheduler(jobs: readonly Job[], { onError }: SchedulerDeps): Scheduler {
  const tasks = new Map(jobs.map((job) => [job.name, { job, task: taskFor(job, onError) }]));
  let phase: 'waiting' | 'running' | 'stopped' = 'waiting';
  return {
    start() {
      phase = 'running';
      for (const { task } of tasks.values()) void task.start();
    },
    reschedule(name, cron) {
      const known = tasks.get(name);
      if (!known || known.job.cron === cron || phase === 'stopped') return;
      void known.task.destroy();
      const job = { ...known.job, cron };
      const task = taskFor(job, onError);
      tasks.set(name, { job, task });
      if (phase === 'running') void task.start();
    },
    nextRunAt: (name) => tasks.get(name)?.task.getNextRun()?.getTime() ?? null,
    async stop() {
      phase = 'stopped';
      for (const { task } of tasks.values()) await task.destroy();
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
