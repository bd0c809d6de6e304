/** Waiting that somebody can end. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DurationMs } from '../core/time.ts';

/** Resolves after `ms`, or at once when the signal is aborted. Keeps no process alive. */
export async function delay(ms: DurationMs, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
