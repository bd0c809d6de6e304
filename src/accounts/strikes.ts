/**
 * What earlier requests left unproven about an account, until it serves again. First refusals that a second one may turn into a verdict
 * count only once the bench of the first is over; a new token does not clear them, since it was asked for because of the first. Pauses
 * for which the upstream gave no reason grow with each repetition. In memory: after a restart all begins anew.
 */
import type { EpochMs } from '../core/time.ts';

export interface Strikes {
  /** The account was refused and is benched until `until`. */
  note(accountId: string, until: EpochMs): void;
  /** Was the account refused before, in a request whose bench is over at `now`? */
  struckBefore(accountId: string, now: EpochMs): boolean;
  /** The account was told to wait, without a reason. */
  noteUnexplained(accountId: string): void;
  /** How often that has happened since it last served. */
  unexplainedBefore(accountId: string): number;
  /** The refusal was withdrawn, the account has served since, or somebody signed in anew. */
  clear(accountId: string): void;
}

export function createStrikes(): Strikes {
  const benchedUntil = new Map<string, EpochMs>();
  const unexplained = new Map<string, number>();
  return {
    note: (accountId, until) => void benchedUntil.set(accountId, until),
    struckBefore(accountId, now) {
      const until = benchedUntil.get(accountId);
      return until !== undefined && now >= until;
    },
    noteUnexplained: (accountId) => void unexplained.set(accountId, (unexplained.get(accountId) ?? 0) + 1),
    unexplainedBefore: (accountId) => unexplained.get(accountId) ?? 0,
    clear(accountId) {
      benchedUntil.delete(accountId);
      unexplained.delete(accountId);
    },
  };
}
