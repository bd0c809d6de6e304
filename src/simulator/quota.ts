/** Quota windows and the headers that tell of them. */
import type { QuotaState, SimulatedAccount } from './accounts.ts';

const UNIFIED = 'anthropic-ratelimit-unified-';
const WARNING_SHARE = 0.9;

/** Opens windows whose time has come. */
function roll(window: QuotaState, now: number): void {
  if (now < window.resetAt) return;
  window.used = 0;
  window.resetAt = now + window.lengthMs;
}

/** Counts one request. False when a window is used up: the request is refused then, and not counted. */
export function spend(account: SimulatedAccount, now: number): boolean {
  for (const window of account.quota) roll(window, now);
  if (account.quota.some(({ used, limit }) => used >= limit)) return false;
  for (const window of account.quota) window.used += 1;
  return true;
}

const shareOf = ({ used, limit }: QuotaState): number => (Number.isFinite(limit) ? used / limit : 0);

/** The unified headers; `refused` when this very reply is the refusal. */
export function quotaHeaders(account: SimulatedAccount, refused: boolean, now: number): Record<string, string> {
  const headers: Record<string, string> = {};
  const fullest = account.quota.toSorted((a, b) => shareOf(b) - shareOf(a))[0];
  for (const window of account.quota) {
    const share = shareOf(window);
    const isRejected = refused && window.used >= window.limit;
    headers[`${UNIFIED}${window.name}-status`] = isRejected ? 'rejected' : share >= WARNING_SHARE ? 'allowed_warning' : 'allowed';
    headers[`${UNIFIED}${window.name}-utilization`] = share.toFixed(2);
    headers[`${UNIFIED}${window.name}-reset`] = String(Math.ceil(window.resetAt / 1000));
  }
  headers[`${UNIFIED}status`] = refused ? 'rejected' : 'allowed';
  headers[`${UNIFIED}representative-claim`] = fullest?.name === '7d' ? 'seven_day' : 'five_hour';
  headers[`${UNIFIED}reset`] = String(Math.ceil((fullest?.resetAt ?? now) / 1000));
  if (refused && fullest) headers['retry-after'] = String(Math.max(1, Math.ceil((fullest.resetAt - now) / 1000)));
  return headers;
}
