/**
 * Which refreshes have to wait: an account whose last call failed, and the whole pool while the token endpoint refuses or throttles
 * Headgate itself. Holds are in memory only; after a restart one try is due anyway.
 */
import { steadyBackoffMs } from '../core/steady-backoff.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';

const BACKOFF_BASE_MS = 1000;
const BACKOFF_MAX_MS = 60_000;
/** One try per so long for the whole pool while the endpoint refuses Headgate's configuration. */
const REFUSED_HOLD_MS = 600_000;
/** A `retry-after` is believed up to here, so that a wrong one does not end all refreshing. */
const MAX_THROTTLE_MS = 600_000;

interface Hold {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** A hold also ends when the clock was set back behind its beginning. */
const holds = (hold: Hold | undefined, now: EpochMs): boolean => hold !== undefined && now < hold.until && now >= hold.from;

export class RefreshHolds {
  readonly #now: Now;
  readonly #random: () => number;
  readonly #accounts = new Map<string, Hold & { readonly failures: number }>();
  #pool: (Hold & { readonly reason: 'refused' | 'throttled'; readonly settings: string }) | undefined;
  #refused: { readonly since: EpochMs; readonly settings: string } | null = null;
  #throttles = 0;

  /** `random` lies in [0, 1). */
  constructor(now: Now, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** Until when no refresh of this account may begin; null when one may. `settings` tells one configuration from another. */
  heldUntil(id: string, settings: string): EpochMs | null {
    const now = this.#now();
    const account = this.#accounts.get(id);
    if (account && holds(account, now)) return account.until;
    const pool = this.#pool?.reason === 'refused' && this.#pool.settings !== settings ? undefined : this.#pool;
    return pool && holds(pool, now) ? pool.until : null;
  }

  /** Since when the endpoint has refused this configuration, whether or not a try is due; null when its last word was another. */
  refusedSince(settings: string): EpochMs | null {
    return this.#refused?.settings === settings ? this.#refused.since : null;
  }

  /** A call begins. Where the endpoint refused the one before, it is the one try of the next ten minutes, whatever it comes to. */
  begun(): void {
    if (this.#pool?.reason === 'refused') this.refused(this.#pool.settings);
  }

  /** The endpoint refuses Headgate itself. */
  refused(settings: string): void {
    if (this.#refused?.settings !== settings) this.#refused = { since: this.#now(), settings };
    this.#pool = { ...this.#holdFor(REFUSED_HOLD_MS), reason: 'refused', settings };
  }

  /** The endpoint asks everybody to wait. */
  throttled(retryAfterMs: DurationMs | null): void {
    const backoff = steadyBackoffMs(this.#throttles, BACKOFF_BASE_MS, BACKOFF_MAX_MS, this.#random());
    this.#throttles += 1;
    const waitMs = Math.min(MAX_THROTTLE_MS, Math.max(retryAfterMs ?? 0, backoff));
    this.#pool = { ...this.#holdFor(waitMs), reason: 'throttled', settings: '' };
  }

  /** The endpoint gave this account no answer. */
  unavailable(id: string): void {
    const failures = this.#accounts.get(id)?.failures ?? 0;
    const waitMs = steadyBackoffMs(failures, BACKOFF_BASE_MS, BACKOFF_MAX_MS, this.#random());
    this.#accounts.set(id, { ...this.#holdFor(waitMs), failures: failures + 1 });
  }

  /** The endpoint granted or rejected: it works. */
  answered(id: string): void {
    this.#accounts.delete(id);
    this.#refused = null;
    this.#pool = undefined;
    this.#throttles = 0;
  }

  /** Forgets every account but these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#accounts.keys()) if (!ids.has(id)) this.#accounts.delete(id);
  }

  #holdFor(waitMs: DurationMs): Hold {
    const from = this.#now();
    return { from, until: from + waitMs };
  }
}
