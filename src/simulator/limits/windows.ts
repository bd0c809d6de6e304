/** The quota windows of an account: how many requests each grants, how many it has seen, when it opens anew. One unit is one request. */

export interface WindowLimits {
  /** Requests that the window grants; absent: no bound. */
  readonly limit?: number;
  readonly used?: number;
  /** Absent: the whole length of the window. */
  readonly resetInSeconds?: number;
  /** Absent: as long as the window's name says. Shorter ones can be watched coming back. */
  readonly lengthSeconds?: number;
  /** Share of the limit from which on replies warn; default 0.9. */
  readonly warnAt?: number;
}

export interface WindowChange extends WindowLimits {
  /** Epoch ms; instead of `resetInSeconds`. */
  readonly resetAt?: number;
}

export interface QuotaWindow {
  /** `5h`, `7d`, `7d_opus`, … */
  readonly name: string;
  lengthMs: number;
  limit: number;
  used: number;
  /** Epoch ms. */
  resetAt: number;
  warnAt: number;
}

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };
const WARNING_SHARE = 0.9;
/** A window of another suffix, such as `7d_oi`, counts every request. */
const FAMILIES = ['opus', 'sonnet', 'haiku'];

/** `5h` and `7d` of every account; those of a model family carry its name. */
export const WINDOW_NAME = /^(\d+)([hd])(?:_([a-z0-9]+))?$/;

/** @throws Error for what is no name of a window */
function newWindow(name: string, now: number): QuotaWindow {
  const [, count = '', unit = ''] = WINDOW_NAME.exec(name) ?? [];
  const lengthMs = Number(count) * (UNITS[unit] ?? 0);
  if (!(lengthMs > 0)) throw new Error(`"${name}" is no quota window: 5h, 7d, 7d_opus and the like are`);
  return { name, lengthMs, limit: Number.POSITIVE_INFINITY, used: 0, resetAt: now + lengthMs, warnAt: WARNING_SHARE };
}

export const isUsedUp = ({ used, limit }: QuotaWindow): boolean => used >= limit;
export const shareOf = ({ used, limit }: QuotaWindow): number => (limit === 0 ? 1 : used / limit);

function counts({ name }: QuotaWindow, model: string): boolean {
  const family = WINDOW_NAME.exec(name)?.[3];
  return family === undefined || !FAMILIES.includes(family) || model.includes(family);
}

export interface QuotaWindows {
  /** Those that count requests for this model. Windows whose time has come are open anew. */
  of(model: string, now: number): readonly QuotaWindow[];
  /** As it would be after so much use; a window that the account does not have yet is added. @throws Error for no name of a window */
  change(name: string, change: WindowChange, now: number): void;
}

/** @throws Error for what is no name of a window */
export function createWindows(limits: Readonly<Record<string, number | WindowLimits>>, now: number): QuotaWindows {
  const windows = new Map(['5h', '7d'].map((name) => [name, newWindow(name, now)]));

  function change(name: string, to: WindowChange, at: number): void {
    const window = windows.get(name) ?? newWindow(name, at);
    windows.set(name, window);
    if (to.lengthSeconds !== undefined) {
      window.lengthMs = to.lengthSeconds * 1000;
      window.resetAt = at + window.lengthMs;
    }
    if (to.resetInSeconds !== undefined) window.resetAt = at + to.resetInSeconds * 1000;
    window.resetAt = to.resetAt ?? window.resetAt;
    window.limit = to.limit ?? window.limit;
    window.used = to.used ?? window.used;
    window.warnAt = to.warnAt ?? window.warnAt;
  }

  for (const [name, limit] of Object.entries(limits)) change(name, typeof limit === 'number' ? { limit } : limit, now);
  return {
    of(model, at) {
      for (const window of windows.values()) open(window, at);
      return [...windows.values()].filter((window) => counts(window, model));
    },
    change,
  };
}

function open(window: QuotaWindow, now: number): void {
  if (now < window.resetAt) return;
  window.used = 0;
  window.resetAt = now + window.lengthMs;
}
