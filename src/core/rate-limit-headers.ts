/**
 * What the upstream says about quota, read from reply headers by shape rather than by a list of names:
 * `anthropic-ratelimit-unified-<window>-<field>` for subscriptions, `anthropic-ratelimit-<what>-<field>` for API keys.
 * Unknown names are kept as evidence and never break anything.
 */
import type { QuotaWindow } from './account.ts';
import { parseInstant, parseRetryAfter } from './instant.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** Lower-case header names, one value each. */
export type HeaderBag = Readonly<Record<string, string | undefined>>;

const PREFIX = 'anthropic-ratelimit-';
const UNIFIED = 'anthropic-ratelimit-unified-';
/** `5h`, `7d`: account-wide. `7d_opus`: one model family. Others (`overage`, `slow`, …) are no quota windows. */
const WINDOW = /^\d{1,4}[hd](_[a-z0-9]{1,32})?$/;
/** Of one account: the upstream names its windows, and their number is ours to bound. */
const MAX_WINDOWS = 12;

export interface RateLimitFacts {
  /** The quota windows that were reported, account-wide and per family. */
  readonly windows: readonly QuotaWindow[];
  readonly unifiedStatus: string | null;
  readonly unifiedResetAt: EpochMs | null;
  /** Which window the upstream names as the decisive one: `five_hour`, `seven_day_opus`, … */
  readonly representativeClaim: string | null;
  readonly overageInUse: boolean;
  /** All slots of the slow lane are taken: about the request, not about the account. */
  readonly slotBusy: boolean;
  readonly retryAfterMs: DurationMs | null;
  /** The earliest reset among per-minute limits with nothing remaining (API keys). */
  readonly exhaustedResetAt: EpochMs | null;
  /** Was there any rate-limit header at all, `retry-after` included? */
  readonly any: boolean;
}

export const isAccountWide = (window: QuotaWindow): boolean => !window.name.includes('_');

/** The family that a window is about: `opus` of `7d_opus`; null for account-wide windows. */
export const familyOfWindow = (window: QuotaWindow): string | null => window.name.split('_')[1] ?? null;

export const isRejected = (window: QuotaWindow): boolean => window.status === 'rejected';

export function readRateLimits(headers: HeaderBag, now: EpochMs): RateLimitFacts {
  const fields = new Map<string, Map<string, string>>();
  let any = headers['retry-after'] !== undefined;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || !name.startsWith(PREFIX)) continue;
    any = true;
    const isUnified = name.startsWith(UNIFIED);
    const rest = name.slice(isUnified ? UNIFIED.length : PREFIX.length);
    const { group, field } = isUnified ? splitAtFirstDash(rest) : splitAtLastDash(rest);
    const key = isUnified ? `unified ${group}` : group;
    const known = fields.get(key) ?? new Map<string, string>();
    fields.set(key, known.set(field, value));
  }
  return {
    windows: windowsOf(fields),
    unifiedStatus: headers[`${UNIFIED}status`] ?? null,
    unifiedResetAt: parseInstant(headers[`${UNIFIED}reset`]),
    representativeClaim: headers[`${UNIFIED}representative-claim`] ?? null,
    overageInUse: headers[`${UNIFIED}overage-in-use`] === 'true',
    slotBusy: headers[`${UNIFIED}slow-status`] === 'slot_busy',
    retryAfterMs: parseRetryAfter(headers['retry-after'], now),
    exhaustedResetAt: earliestExhausted(fields),
    any,
  };
}

function splitAtFirstDash(text: string): { group: string; field: string } {
  const at = text.indexOf('-');
  return at < 0 ? { group: '', field: text } : { group: text.slice(0, at), field: text.slice(at + 1) };
}

function splitAtLastDash(text: string): { group: string; field: string } {
  const at = text.lastIndexOf('-');
  return at < 0 ? { group: '', field: text } : { group: text.slice(0, at), field: text.slice(at + 1) };
}

function windowsOf(fields: ReadonlyMap<string, ReadonlyMap<string, string>>): QuotaWindow[] {
  const windows: QuotaWindow[] = [];
  for (const [key, values] of fields) {
    const name = key.startsWith('unified ') ? key.slice('unified '.length) : '';
    if (!WINDOW.test(name)) continue;
    const utilization = Number(values.get('utilization') ?? Number.NaN);
    windows.push({
      name,
      status: values.get('status') ?? null,
      utilization: Number.isFinite(utilization) ? Math.max(0, utilization) : null,
      resetAt: parseInstant(values.get('reset')),
    });
  }
  return windows;
}

function earliestExhausted(fields: ReadonlyMap<string, ReadonlyMap<string, string>>): EpochMs | null {
  let earliest: EpochMs | null = null;
  for (const [key, values] of fields) {
    if (key.startsWith('unified ') || Number(values.get('remaining') ?? Number.NaN) !== 0) continue;
    const reset = parseInstant(values.get('reset'));
    if (reset !== null && (earliest === null || reset < earliest)) earliest = reset;
  }
  return earliest;
}

/**
 * The freshest word on each window, kept in the order in which they first appeared; beyond a dozen those that were just reported. Returns
 * `known` itself when nothing changed.
 */
export function mergeWindows(known: readonly QuotaWindow[], reported: readonly QuotaWindow[]): readonly QuotaWindow[] {
  const fresh = new Map(reported.map((window) => [window.name, window]));
  const changed = reported.some((window) => !known.some((old) => sameWindow(old, window)));
  if (!changed) return known;
  const kept = known.map((window) => fresh.get(window.name) ?? window);
  const added = reported.filter((window) => !known.some((old) => old.name === window.name));
  const all = [...kept, ...added];
  if (all.length <= MAX_WINDOWS) return all;
  const stale = all.filter(({ name }) => !fresh.has(name));
  const current = all.filter(({ name }) => fresh.has(name));
  return [...stale.slice(all.length - MAX_WINDOWS), ...current].slice(0, MAX_WINDOWS);
}

const sameWindow = (a: QuotaWindow, b: QuotaWindow): boolean =>
  a.name === b.name && a.status === b.status && a.utilization === b.utilization && a.resetAt === b.resetAt;
