/** Stopping without losing anybody's answer: refuse new work, finish what runs, cut what does not end. */
import type { DurationMs } from '../core/time.ts';
import type { Listening } from './listen.ts';

export interface DrainOptions {
  /** How long running requests may take to end. */
  readonly timeoutMs: DurationMs;
  /** Aborted by a second signal: streams are not waited for any more. */
  readonly hurry: AbortSignal;
  readonly delay: (ms: DurationMs, signal: AbortSignal) => Promise<void>;
}

/** How often connections that nobody uses are looked for: a client keeps its own open after the last answer. */
const SWEEP_MS: DurationMs = 50;

/** Resolves when the server holds no connection any more. */
export async function drain(
  { server, closeSilent, closeAll }: Listening,
  { timeoutMs, hurry, delay }: DrainOptions,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    closeSilent();
  }, SWEEP_MS);
  const enough = new AbortController();
  const deadline = delay(timeoutMs, AbortSignal.any([hurry, enough.signal]));
  await Promise.race([closed, deadline]);
  enough.abort();
  clearInterval(sweep);
  closeAll();
  await closed;
}
