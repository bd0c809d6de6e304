/** Quota windows, and the headers that tell of them. One unit is one request. */

export interface QuotaState {
  readonly name: '5h' | '7d';
  readonly lengthMs: number;
  /** Requests that the window grants; infinite: no bound. */
  limit: number;
  used: number;
  /** Epoch ms. */
  resetAt: number;
}

export type QuotaChange = Readonly<Partial<Pick<QuotaState, 'limit' | 'used' | 'resetAt'>>>;

const UNIFIED = 'anthropic-ratelimit-unified-';
const WARNING_SHARE = 0.9;
const HOUR = 3_600_000;
const LENGTHS = { '5h': 5 * HOUR, '7d': 7 * 24 * HOUR } as const;

export function quotaOf(limits: Readonly<Partial<Record<QuotaState['name'], number>>>, now: number): readonly QuotaState[] {
  return (['5h', '7d'] as const).map((name) => ({
    name,
    lengthMs: LENGTHS[name],
    limit: limits[name] ?? Number.POSITIVE_INFINITY,
    used: 0,
    resetAt: now + LENGTHS[name],
  }));
}

/** Sets a window as it would be after so much use. */
export function changeQuota(quota: readonly QuotaState[], name: QuotaState['name'], change: QuotaChange): void {
  for (const window of quota) if (window.name === name) Object.assign(window, change);
}

/** Opens the windows whose time has come. */
function roll(quota: readonly QuotaState[], now: number): void {
  for (const window of quota) {
    if (now < window.resetAt) continue;
    window.used = 0;
    window.resetAt = now + window.lengthMs;
  }
}

const isUsedUp = ({ used, limit }: QuotaState): boolean => used >= limit;

/** Counts one request. False when a window is used up: the request is refused then, and not counted. */
export function spend(quota: readonly QuotaState[], now: number): boolean {
  roll(quota, now);
  if (quota.some(isUsedUp)) return false;
  for (const window of quota) window.used += 1;
  return true;
}

const shareOf = ({ used, limit }: QuotaState): number => (limit === 0 ? 1 : used / limit);

/** The name that `representative-claim` has for a window: `seven_day_opus` for `7d_opus`. */
export function claimOf(window: string): string {
  const [length, family] = window.split('_');
  const name = length === '7d' ? 'seven_day' : 'five_hour';
  return family === undefined ? name : `${name}_${family}`;
}

/** The unified headers; `refused` when this very reply is the refusal. */
export function quotaHeaders(quota: readonly QuotaState[], refused: boolean, now: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const window of quota) {
    const share = shareOf(window);
    const isWarning = share >= WARNING_SHARE;
    const name = `${UNIFIED}${window.name}-`;
    headers[`${name}status`] = refused && isUsedUp(window) ? 'rejected' : isWarning ? 'allowed_warning' : 'allowed';
    headers[`${name}utilization`] = share.toFixed(2);
    headers[`${name}reset`] = inSeconds(window.resetAt);
    if (isWarning) headers[`${name}surpassed-threshold`] = String(WARNING_SHARE);
  }
  // Of several that refuse, the one that will refuse longest decides when it makes sense to come again.
  const decisive = refused
    ? quota.filter(isUsedUp).toSorted((a, b) => b.resetAt - a.resetAt)[0]
    : quota.toSorted((a, b) => shareOf(b) - shareOf(a))[0];
  if (!decisive) return headers;
  headers[`${UNIFIED}status`] = refused ? 'rejected' : shareOf(decisive) >= WARNING_SHARE ? 'allowed_warning' : 'allowed';
  headers[`${UNIFIED}representative-claim`] = claimOf(decisive.name);
  headers[`${UNIFIED}reset`] = inSeconds(decisive.resetAt);
  if (refused) headers['retry-after'] = String(Math.max(1, Math.ceil((decisive.resetAt - now) / 1000)));
  return headers;
}

const inSeconds = (at: number): string => String(Math.ceil(at / 1000));
