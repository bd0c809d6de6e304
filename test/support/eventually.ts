/** Waits for what has to come true soon, by looking again. */
import { setTimeout } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/** Resolves once `check` passes. @throws what it threw last, when it does not within `withinMs` */
export async function eventually(check: () => Promise<void> | void, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}
