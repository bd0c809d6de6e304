/** Pauses and held replies. All end with their connection. */
import type { ServerResponse } from 'node:http';

export interface Waits {
  /** Waits for so many ms of real time. False: there is nobody left to answer. */
  pause(res: ServerResponse, ms: number): Promise<boolean>;
  /** Waits until everything held is released. False: there is nobody left to answer. */
  hold(res: ServerResponse): Promise<boolean>;
  /** Lets everything go on that is held now; returns how many replies that were. */
  release(): number;
}

export function createWaits(): Waits {
  const held = new Set<() => void>();

  async function until(res: ServerResponse, begin: (goOn: () => void) => () => void): Promise<boolean> {
    if (res.destroyed) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = () => resolve(false);
    const forget = begin(() => resolve(true));
    res.once('close', giveUp);
    try {
      return await promise;
    } finally {
      forget();
      res.off('close', giveUp);
    }
  }

  return {
    pause: (res, ms) =>
      until(res, (goOn) => {
        const timer = setTimeout(goOn, ms);
        return () => clearTimeout(timer);
      }),
    hold: (res) =>
      until(res, (goOn) => {
        held.add(goOn);
        return () => held.delete(goOn);
      }),
    release() {
      const count = held.size;
      for (const goOn of held) goOn();
      return count;
    },
  };
}
