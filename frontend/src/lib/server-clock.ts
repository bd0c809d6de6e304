/**
 * The server's clock, as its replies tell it. Countdowns to the server's instants go by it, so that a viewer whose own clock is wrong
 * still sees the right time left.
 */

/** Differences below this are the header's own grain (whole seconds) and the way of the reply. */
const GRAIN_MS = 2000;

export interface ServerClock {
  /** `header`: the reply's `Date`; `receivedAt`: the local instant at which it came. */
  note(header: string | null, receivedAt: number): void;
  /** Milliseconds since the epoch by the server's clock, as far as it is known. */
  now(): number;
}

export function createServerClock(localNow: () => number = Date.now): ServerClock {
  let offsetMs = 0;
  return {
    note(header, receivedAt) {
      const told = Date.parse(header ?? '');
      if (Number.isNaN(told)) return;
      const difference = told + 500 - receivedAt;
      offsetMs = Math.abs(difference) < GRAIN_MS ? 0 : difference;
    },
    now: () => localNow() + offsetMs,
  };
}

export const serverClock: ServerClock = createServerClock();
