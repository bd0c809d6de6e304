/** Instants and durations carry their unit in their type's name; every duration field says `Ms` as well. */

/** Milliseconds since the Unix epoch, as `Date.now()` counts them. */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

/** Reads the wall clock. Handed in from outside, so that tests own time. */
export type Now = () => EpochMs;
