/** A stretch of time by the clock on the wall, which somebody may set meanwhile. Pure. */
import type { DurationMs, EpochMs } from './time.ts';

/** Time servers set a clock back by this much at most; whoever sets it back further has corrected a wrong one. */
const CLOCK_SLACK_MS: DurationMs = 60_000;

export interface Spell {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/**
 * Is it over at `now`? Also when it begins in the future: the clock was wrong when it began, and nobody should wait, or stay, for the
 * difference.
 */
export const isOver = ({ since, until }: Spell, now: EpochMs): boolean => now >= until || now < since - CLOCK_SLACK_MS;
