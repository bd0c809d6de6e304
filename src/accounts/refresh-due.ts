/** The refresh job: brings every token that would not last until the next run to a new life, a few at a time. */
import { type Account, healthOf } from '../core/account.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import type { AccountPool } from './account-pool.ts';
import type { Delay } from './credential-vault.ts';
import type { RefreshOutcome } from './refresh-account.ts';

const AT_ONCE = 4;
/** Each refresh begins after a random part of this, so that accounts created together do not stay together. */
const JITTER_MS: DurationMs = 2000;
const TRIES = 4;
/** The job waits for a hold that is no longer than this, and leaves longer ones to its next run. */
const LONGEST_WAIT_MS: DurationMs = 60_000;

export interface DueQuery {
  /** Tokens that end before this instant are due. */
  readonly horizon: EpochMs;
  /** Whether inactive accounts are refreshed too (`accounts.keep_inactive_fresh`). */
  readonly keepInactiveFresh: boolean;
}

export interface RefreshDueDeps {
  readonly pool: Pick<AccountPool, 'get' | 'list'>;
  /** Until when the account's refresh has to wait; null when it need not. */
  readonly heldUntil: (id: string) => EpochMs | null;
  /** May a refresh begin now, apart from holds? */
  readonly mayBegin: (id: string) => boolean;
  /** Never rejects. */
  readonly refresh: (id: string) => Promise<RefreshOutcome>;
  readonly now: Now;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  /** Aborted: nothing more is begun. */
  readonly stopping: AbortSignal;
}

export interface DueSummary {
  readonly refreshed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Limited accounts as well, so that they serve in the first second after their limit; invalid ones never by themselves. */
const isDue = (account: Account, { horizon, keepInactiveFresh }: DueQuery): boolean =>
  account.kind === 'oauth' &&
  account.expiresAt !== null &&
  account.expiresAt < horizon &&
  healthOf(account).state !== 'invalid' &&
  (account.status.state !== 'inactive' || keepInactiveFresh);

export async function refreshAllDue(deps: RefreshDueDeps, query: DueQuery): Promise<DueSummary> {
  const waiting = deps.pool
    .list()
    .filter((account) => isDue(account, query))
    .map(({ id }) => id);
  const count = { refreshed: 0, failed: 0, skipped: 0 };
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !deps.stopping.aborted; id = waiting.shift()) {
      await deps.delay(deps.random() * JITTER_MS, deps.stopping);
      count[await refreshOne(deps, id, query)] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return count;
}

/** Tries again with backoff while the endpoint gives no answer; the access token serves meanwhile. */
async function refreshOne(deps: RefreshDueDeps, id: string, query: DueQuery): Promise<keyof DueSummary> {
  let last: keyof DueSummary = 'skipped';
  for (let tries = 0; tries < TRIES && !deps.stopping.aborted; tries += 1) {
    if (!(await holdIsOver(deps, id))) return last;
    const account = deps.pool.get(id);
    if (!account || !isDue(account, query) || !deps.mayBegin(id) || deps.stopping.aborted) return last;
    const outcome = await deps.refresh(id);
    if (outcome.kind !== 'failed') return outcome.kind === 'refreshed' ? 'refreshed' : 'skipped';
    last = 'failed';
    if (outcome.reason !== 'unreachable') return last;
  }
  return last;
}

/** Waits for a short hold; false when it is a long one. */
async function holdIsOver({ heldUntil, now, delay, stopping }: RefreshDueDeps, id: string): Promise<boolean> {
  const waitMs = (heldUntil(id) ?? now()) - now();
  if (waitMs > LONGEST_WAIT_MS) return false;
  if (waitMs > 0) await delay(waitMs, stopping);
  return true;
}
