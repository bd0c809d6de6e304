/**
 * How much quota an account has left for the time that is left: above 1 it would expire unused at an even pace, below 1 it is being
 * overspent. Shares, not sizes, are compared, so that large and small plans stand side by side. Pure.
 */
import type { Account, QuotaWindow } from './account.ts';
import type { DurationMs, EpochMs } from './time.ts';

const HOUR_MS: DurationMs = 3_600_000;
const DAY_MS: DurationMs = 24 * HOUR_MS;
/** Least share of a window's length that counts as the time to its reset: just before a reset the pace would grow beyond all bounds. */
const FLOOR_SHORT = 0.1;
const FLOOR_LONG = 0.02;
/** The factor of a long window that the upstream never reported. */
const UNKNOWN_LONG = 2;

interface WindowShape {
  readonly lengthMs: DurationMs;
  /** Null: account-wide. */
  readonly family: string | null;
}

/** `5h`, `7d`, `7d_opus`; null for names that tell no length: those only decide about eligibility. */
function readShape(name: string): WindowShape | null {
  const match = /^(\d+)([hd])(?:_(.+))?$/.exec(name);
  if (!match) return null;
  const [, count, unit, family = null] = match;
  return { lengthMs: Number(count) * (unit === 'h' ? HOUR_MS : DAY_MS), family };
}

/** Window names are few and come with every reply: each is read once. Bounded, because the upstream chooses them. */
const shapes = new Map<string, WindowShape | null>();
const MAX_SHAPES = 100;

function shapeOf(name: string): WindowShape | null {
  const known = shapes.get(name);
  if (known !== undefined) return known;
  const shape = readShape(name);
  if (shapes.size < MAX_SHAPES) shapes.set(name, shape);
  return shape;
}

/** The account's pace for requests of `family`, at least 0. A short window that is not running makes it large: its clock should start. */
export function quotaPace({ windows }: Account, family: string | null, now: EpochMs): number {
  let pace = 1;
  let knowsShort = false;
  let knowsLong = false;
  for (const window of windows) {
    const shape = shapeOf(window.name);
    if (!shape || (shape.family !== null && shape.family !== family)) continue;
    const isShort = shape.lengthMs <= DAY_MS;
    if (shape.family === null) {
      knowsShort ||= isShort;
      knowsLong ||= !isShort;
    }
    pace *= paceOf(window, shape.lengthMs, isShort, now);
  }
  if (!knowsShort) pace /= FLOOR_SHORT;
  if (!knowsLong) pace *= UNKNOWN_LONG;
  return pace;
}

function paceOf({ utilization, resetAt }: QuotaWindow, lengthMs: DurationMs, isShort: boolean, now: EpochMs): number {
  const floor = isShort ? FLOOR_SHORT : FLOOR_LONG;
  if (resetAt === null || resetAt <= now) return isShort ? 1 / floor : 1;
  const left = Math.min(1, Math.max(0, 1 - (utilization ?? 0)));
  return left / Math.min(1, Math.max(floor, (resetAt - now) / lengthMs));
}
