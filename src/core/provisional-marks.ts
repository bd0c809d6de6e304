/**
 * A mark set on weak evidence waits for a second opinion: what a sibling answers to the same request confirms it or takes it
 * away. Pure.
 */
import type { AttemptOutcome } from './reply-facts.ts';
import type { DurationMs, EpochMs } from './time.ts';

export interface ProvisionalMark {
  readonly accountId: string;
  /** The row that set it: 5 (unexplained 401), 10 (throttled), 11 (unexplained 429) or 12 (account refused). */
  readonly row: number;
  /** The mark's name in the account's status. */
  readonly name: string;
  readonly until: EpochMs;
}

/**
 * The end of the cooldown that a sibling's answer proves, or null while it proves nothing.
 * A 401 is proven by any answer of the API but another 401, an unexplained 429 only by a served request.
 */
export function provenUntil(
  mark: ProvisionalMark,
  sibling: AttemptOutcome,
  now: EpochMs,
  defaultCooldownMs: DurationMs,
): EpochMs | null {
  if (sibling.kind !== 'reply') return null;
  const { status, body } = sibling.reply;
  const served = status >= 200 && status < 300 && body === 'as_promised';
  if (mark.row === 11) return served ? now + defaultCooldownMs : null;
  if (mark.row === 5) return served || (status >= 400 && status < 500 && status !== 401) ? mark.until : null;
  return null;
}
