/** The `anthropic-ratelimit-unified-*` fields of replies: what the windows of a subscription grant, and which of them decides. */
import { isUsedUp, type QuotaWindow, shareOf, WINDOW_NAME } from './windows.ts';

export const UNIFIED = 'anthropic-ratelimit-unified-';

/** `served_from_overage`: the windows are used up, and the reply is paid for. */
export type Standing = 'served' | 'served_from_overage' | 'refused';

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const UNITS: Readonly<Record<string, string>> = { h: 'hour', d: 'day' };
const SUFFIXES: Readonly<Record<string, string>> = { oi: 'overage_included' };

/** The name that `representative-claim` has for a window: `seven_day_opus` for `7d_opus`. */
export function claimOf(window: string): string {
  const [, count = '', unit = '', suffix] = WINDOW_NAME.exec(window) ?? [];
  const length = `${NUMBERS[Number(count)] ?? count}_${UNITS[unit] ?? unit}`;
  return suffix === undefined ? length : `${length}_${SUFFIXES[suffix] ?? suffix}`;
}

export const inSeconds = (at: number): string => String(Math.ceil(at / 1000));

/** At least a second: nobody is asked to come back at once. */
export const secondsUntil = (at: number, now: number): string => String(Math.max(1, Math.ceil((at - now) / 1000)));

const isWarning = (window: QuotaWindow): boolean => shareOf(window) >= window.warnAt;

function windowHeaders(window: QuotaWindow, standing: Standing): Record<string, string> {
  const name = `${UNIFIED}${window.name}-`;
  const rejects = standing !== 'served' && isUsedUp(window);
  return {
    [`${name}status`]: rejects ? 'rejected' : isWarning(window) ? 'allowed_warning' : 'allowed',
    [`${name}utilization`]: shareOf(window).toFixed(2),
    [`${name}reset`]: inSeconds(window.resetAt),
    ...(isWarning(window) ? { [`${name}surpassed-threshold`]: String(window.warnAt) } : {}),
  };
}

/** Of several that refuse, the one that will refuse longest decides when it makes sense to come again; else the one with the least left. */
const decisiveOf = (windows: readonly QuotaWindow[], standing: Standing): QuotaWindow | undefined =>
  standing === 'served'
    ? windows.toSorted((a, b) => shareOf(b) - shareOf(a))[0]
    : windows.filter(isUsedUp).toSorted((a, b) => b.resetAt - a.resetAt)[0];

export function unifiedHeaders(windows: readonly QuotaWindow[], standing: Standing, now: number): Record<string, string> {
  const headers = Object.assign({}, ...windows.map((window) => windowHeaders(window, standing))) as Record<string, string>;
  const decisive = decisiveOf(windows, standing);
  if (!decisive) return headers;
  headers[`${UNIFIED}status`] = standing !== 'served' ? 'rejected' : isWarning(decisive) ? 'allowed_warning' : 'allowed';
  headers[`${UNIFIED}representative-claim`] = claimOf(decisive.name);
  headers[`${UNIFIED}reset`] = inSeconds(decisive.resetAt);
  if (standing === 'refused') headers['retry-after'] = secondsUntil(decisive.resetAt, now);
  return headers;
}
