/** All that may keep an account from serving a request, and what its replies tell of that. */
import { createMinuteBuckets, type MinuteLimits } from './minute-limits.ts';
import { createOverage, type OverageOptions } from './overage.ts';
import { UNIFIED, unifiedHeaders } from './unified-headers.ts';
import { createWindows, isUsedUp, type WindowChange, type WindowLimits } from './windows.ts';

export interface LimitOptions {
  /** By name of the window: `5h`, `7d`, `7d_opus`, …; a number is the limit, in requests. Without an entry there is no bound. */
  readonly quota?: Readonly<Record<string, number | WindowLimits>>;
  /** Absent: nothing is told of overage. */
  readonly overage?: OverageOptions;
  /** How many requests of the slow lane (`"speed": "slow"`) run at once; absent: all of them. */
  readonly slowSlots?: number;
  /** For requests that come with an API key; absent: nothing is told of limits then. */
  readonly perMinute?: MinuteLimits;
}

export interface Asking {
  readonly credential: 'bearer' | 'x-api-key';
  readonly model: string;
  readonly isSlow: boolean;
  readonly promptTokens: number;
}

export interface Served {
  readonly kind: 'served';
  readonly headers: Readonly<Record<string, string>>;
  /** Says what the reply cost. */
  settle(outputTokens: number): void;
  /** Gives the place in the slow lane back. */
  leave(): void;
}

export type Admission =
  | Served
  | { readonly kind: 'refused'; readonly message: string; readonly headers: Readonly<Record<string, string>> };

export interface AccountLimits {
  /** Counts one request; one that is refused is not counted. */
  admit(asking: Asking): Admission;
  /** @throws Error for what is no name of a window */
  setWindow(name: string, change: WindowChange): void;
}

const REFUSED = 'This request would exceed your account’s rate limit. Please try again later.';
const BUSY_SECONDS = '3';

/** @throws Error for a quota of what is no window */
export function createAccountLimits(options: LimitOptions, now: () => number): AccountLimits {
  const windows = createWindows(options.quota ?? {}, now());
  const overage = options.overage ? createOverage(options.overage, now()) : null;
  const minute = options.perMinute ? createMinuteBuckets(options.perMinute, now()) : null;
  const { slowSlots = Number.POSITIVE_INFINITY } = options;
  let slowInUse = 0;

  function admitSubscription({ model, isSlow }: Asking): Admission {
    const at = now();
    const counting = windows.of(model, at);
    const isPaid = counting.some(isUsedUp);
    if (isPaid && !overage?.spend())
      return {
        kind: 'refused',
        message: REFUSED,
        headers: { ...unifiedHeaders(counting, 'refused', at), ...overage?.headers(false) },
      };
    for (const window of counting) if (!isUsedUp(window)) window.used += 1;
    if (isSlow) slowInUse += 1;
    const headers = {
      ...unifiedHeaders(counting, isPaid ? 'served_from_overage' : 'served', at),
      ...overage?.headers(isPaid),
      ...(isSlow ? { [`${UNIFIED}slow-status`]: 'allowed' } : {}),
    };
    return { kind: 'served', headers, settle: () => undefined, leave: onlyOnce(isSlow) };
  }

  function onlyOnce(isSlow: boolean): () => void {
    let isHeld = isSlow;
    return () => {
      if (isHeld) slowInUse -= 1;
      isHeld = false;
    };
  }

  function admitKey({ promptTokens }: Asking): Admission {
    const spending = { requests: 1, inputTokens: promptTokens, outputTokens: 0 };
    if (minute && !minute.spend(spending, now()))
      return { kind: 'refused', message: REFUSED, headers: minute.headers(true, now()) };
    const settle = (outputTokens: number): void => minute?.charge({ requests: 0, inputTokens: 0, outputTokens }, now());
    return { kind: 'served', headers: minute?.headers(false, now()) ?? {}, settle, leave: () => undefined };
  }

  return {
    admit(asking) {
      if (asking.credential === 'x-api-key') return admitKey(asking);
      if (!asking.isSlow || slowInUse < slowSlots) return admitSubscription(asking);
      const headers = { [`${UNIFIED}slow-status`]: 'slot_busy', 'retry-after': BUSY_SECONDS };
      return { kind: 'refused', message: 'All slots of the slow lane are taken.', headers };
    },
    setWindow: (name, change) => windows.change(name, change, now()),
  };
}
