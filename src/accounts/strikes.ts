/**
 * First refusals that a second one may turn into a verdict: per account, for one generation of its credential, and counting only
 * once the bench of the first is over. In memory: after a restart the first refusal is a first one again.
 */
import type { EpochMs } from '../core/time.ts';

interface Strike {
  readonly generation: number;
  readonly until: EpochMs;
}

export interface Strikes {
  /** The credential of this generation was refused; the account is benched until `until`. */
  note(accountId: string, strike: Strike): void;
  /** Was this generation refused before, in a request whose bench is over at `now`? */
  struckBefore(accountId: string, generation: number, now: EpochMs): boolean;
  /** The refusal was withdrawn, or the account has served since. */
  clear(accountId: string): void;
}

export function createStrikes(): Strikes {
  const strikes = new Map<string, Strike>();
  return {
    note(accountId, strike) {
      strikes.set(accountId, strike);
    },
    struckBefore(accountId, generation, now) {
      const strike = strikes.get(accountId);
      return strike !== undefined && strike.generation === generation && now >= strike.until;
    },
    clear(accountId) {
      strikes.delete(accountId);
    },
  };
}
