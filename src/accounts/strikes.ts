/**
 * First refusals that a second one may turn into a verdict: per account, and counting only once the bench of the first is over. A new
 * token does not clear them, since it was asked for because of the first. In memory: after a restart the first refusal is a first again.
 */
import type { EpochMs } from '../core/time.ts';

export interface Strikes {
  /** The account was refused and is benched until `until`. */
  note(accountId: string, until: EpochMs): void;
  /** Was the account refused before, in a request whose bench is over at `now`? */
  struckBefore(accountId: string, now: EpochMs): boolean;
  /** The refusal was withdrawn, the account has served since, or somebody signed in anew. */
  clear(accountId: string): void;
}

export function createStrikes(): Strikes {
  const benchedUntil = new Map<string, EpochMs>();
  return {
    note: (accountId, until) => void benchedUntil.set(accountId, until),
    struckBefore(accountId, now) {
      const until = benchedUntil.get(accountId);
      return until !== undefined && now >= until;
    },
    clear: (accountId) => void benchedUntil.delete(accountId),
  };
}
