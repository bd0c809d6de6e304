/** Stopping without losing anybody's answer: refuse new work, finish what runs, cut what does not end. */
import type { Server } from 'node:http';
import type { DurationMs } from '../core/time.ts';

export interface DrainOptions {
  /** How long running requests may take to end. */
  readonly timeoutMs: DurationMs;
  /** Aborted by a second signal: streams are not waited for any more. */
  readonly hurry: AbortSignal;
  readonly delay: (ms: DurationMs, signal: AbortSignal) => Promise<void>;
}

/** Resolves when the server holds no connection any more. */
export async function drain(server: Server, { timeoutMs, hurry, delay }: DrainOptions): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const enough = new AbortController();
  const deadline = delay(timeoutMs, AbortSignal.any([hurry, enough.signal]));
  await Promise.race([closed, deadline]);
  enough.abort();
  server.closeAllConnections();
  await closed;
}
