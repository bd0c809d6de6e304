/**
 * Sees to it that whoever sends a request has a token that may be sent.
 *
 * One refresh per account at a time, shared by all who need it and detached from every client: an aborted request never loses a new
 * token. What can still be served is served: a refresh that fails matters only once the access token has ended.
 */
import { healthOf } from '../core/account.ts';
import { type Credential, INFERENCE_SCOPE, isAlive, isFresh } from '../core/credential.ts';
import { awaitsProof } from '../core/restored-account.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';
import type { AccountPool } from './account-pool.ts';
import type { Delay } from './credential-vault.ts';
import type { ProbeAccount } from './probe-account.ts';
import {
  maySpendNow,
  type RefreshAccountDeps,
  type RefreshFailure,
  type RefreshOutcome,
  refreshAccount,
} from './refresh-account.ts';
import { type DueSummary, type RefreshDueDeps, refreshAllDue } from './refresh-due.ts';
import { RefreshHolds } from './refresh-holds.ts';
import { SingleFlight } from './single-flight.ts';

/** A refusal by the upstream forces at most one refresh per so long. */
const FORCED_EVERY_MS = 300_000;
/** The hourly job refreshes what ends within this after its next run, so that a late run finds nothing dead. */
const DUE_MARGIN_MS = 300_000;
/** Taken for the time until the next run when that is not known. */
const DUE_FALLBACK_MS = 3_600_000;

export interface TokenManagerDeps extends Omit<RefreshAccountDeps, 'holds' | 'pool'> {
  readonly pool: Pick<AccountPool, 'get' | 'list' | 'apply' | 'noteRefresh'>;
  readonly probe: ProbeAccount;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  /** When the refresh job runs next; null when that is not known. */
  readonly nextRefreshRun: () => EpochMs | null;
  readonly rules: () => {
    /** A token with less left than this is refreshed before it is used (`accounts.refresh_buffer`). */
    readonly refreshBufferMs: DurationMs;
    readonly keepInactiveFresh: boolean;
  };
}

export interface UsableToken {
  readonly kind: 'usable';
  readonly secret: string;
  readonly generation: number;
}

export type TokenAnswer =
  | UsableToken
  | {
      readonly kind: 'unusable';
      readonly reason: 'rejected' | 'unreachable' | 'unknown_account' | 'storage';
      readonly message: string;
    };

/** How a refresh or a proof went that a person, or the status machine, asked for. */
export type RefreshResult =
  | { readonly kind: 'refreshed' }
  /** A static credential was accepted by the upstream. */
  | { readonly kind: 'verified' }
  | { readonly kind: 'failed'; readonly reason: RefreshFailure; readonly message: string };

export class TokenManager {
  readonly #deps: TokenManagerDeps & RefreshAccountDeps;
  readonly #holds: RefreshHolds;
  readonly #flights = new SingleFlight<RefreshOutcome>();
  readonly #forcedAt = new Map<string, EpochMs>();
  readonly #stopping = new AbortController();
  #due: Promise<DueSummary> | null = null;

  constructor(deps: TokenManagerDeps) {
    this.#holds = new RefreshHolds(deps.now, deps.random);
    this.#deps = { ...deps, holds: this.#holds };
  }

  /** The token to send now if enough of it is left; null when somebody has to see to that first (`ensureFresh`). */
  freshToken(id: string): UsableToken | null {
    const { vault, now, rules } = this.#deps;
    const credential = vault.get(id);
    return credential && isFresh(credential.expiresAt, now(), rules().refreshBufferMs) ? usable(credential) : null;
  }

  /** The token to send now. Refreshes first when too little is left; then waits for that, but for no other account's. */
  async ensureFresh(id: string): Promise<TokenAnswer> {
    const fresh = this.freshToken(id);
    if (fresh) return fresh;
    const { vault, pool } = this.#deps;
    const credential = vault.get(id);
    if (!credential) return unknownAccount;
    const account = pool.get(id);
    if (!account) return unknownAccount;
    if (healthOf(account).state === 'invalid') return unusable('rejected', 'the account is invalid');
    const why = this.#whyNot(credential, { disowned: false });
    if (why !== null) return this.#answer(id, why);
    return this.#answer(id, await this.#refresh(id));
  }

  /** After the upstream refused `refusedGeneration` with 401: a newer token, which a refresh fetches if none is known. */
  async renew(id: string, refusedGeneration: number): Promise<TokenAnswer> {
    const { vault, pool, now } = this.#deps;
    const credential = vault.get(id);
    const account = pool.get(id);
    if (!credential || !account) return unknownAccount;
    if (credential.generation > refusedGeneration) return this.#answer(id, { kind: 'current' });
    if (!this.mayRenew(id, refusedGeneration)) return unusable('rejected', 'the upstream refuses the newest token');
    if (healthOf(account).state === 'invalid') return unusable('rejected', 'the account is invalid');
    if (!this.#flights.isRunning(id)) {
      const why = this.#whyNot(credential, { disowned: true });
      if (why !== null) return notRenewed(why);
      this.#forcedAt.set(id, now());
    }
    const outcome = await this.#refresh(id);
    const isNewer = (vault.get(id)?.generation ?? 0) > refusedGeneration;
    return isNewer ? this.#answer(id, outcome) : notRenewed(outcome);
  }

  /** Is there any sense in `renew`? Static kinds never; else when a newer token is known or on its way, or the last forced refresh is 5 min old. */
  mayRenew(id: string, usedGeneration: number): boolean {
    const credential = this.#deps.vault.get(id);
    if (credential?.kind !== 'oauth') return false;
    if (credential.generation > usedGeneration || this.#flights.isRunning(id)) return true;
    if (credential.refreshToken === null) return false;
    const sinceForced = this.#deps.now() - (this.#forcedAt.get(id) ?? Number.NEGATIVE_INFINITY);
    return sinceForced >= FORCED_EVERY_MS || sinceForced < 0;
  }

  /** Why no token of the account may be sent now, not even after a refresh; null when one may. Begins nothing. */
  whyNoToken(id: string): { readonly message: string; readonly until: EpochMs | null } | null {
    const { vault, now, endpoint } = this.#deps;
    const credential = vault.get(id);
    if (!credential) return { message: 'there is no credential for this account', until: null };
    if (isAlive(credential.expiresAt, now())) return null;
    if (credential.kind === 'oauth' && credential.refreshToken === null)
      return { message: 'the access token has ended and there is no refresh token', until: null };
    const why = this.#whyNot(credential, { disowned: false });
    return why && { message: why.message, until: this.#holds.heldUntil(id, endpoint.configuration()) };
  }

  /** Since when the authorization server has refused Headgate itself, as it is configured now; null when it does not. */
  refusedSince(): EpochMs | null {
    return this.#holds.refusedSince(this.#deps.endpoint.configuration());
  }

  /** A person asks: refreshes whatever the holds say, or proves a credential that cannot be refreshed. Success acquits an invalid account. */
  async refreshNow(id: string): Promise<RefreshResult> {
    const credential = this.#deps.vault.get(id);
    if (!credential || !this.#deps.pool.get(id)) return { kind: 'failed', reason: 'unknown_account', message: 'no such account' };
    return credential.kind === 'oauth' ? this.#proveByRefresh(id) : this.#proveByProbe(credential);
  }

  /** The proof that `enabled` on an invalid account starts. Nobody waits for it: never rejects. */
  prove(id: string): Promise<RefreshResult> {
    return this.refreshNow(id).catch((error: unknown) => this.#unexpected(id, error));
  }

  /**
   * Proves, one after the other, the accounts that came from a backup. One whose proof had no answer is tried again next time, unless its
   * refresh token may have been spent by it: that is for a person to decide.
   */
  async proveRestored(): Promise<void> {
    for (const { id } of this.#deps.pool.list().filter(awaitsProof)) {
      if (this.#stopping.signal.aborted) return;
      if (this.#deps.vault.get(id)?.intent === null) await this.prove(id).catch((error: unknown) => this.#unexpected(id, error));
    }
  }

  /** Refreshes what would not last until the next run. One run at a time: whoever asks while it runs shares its outcome. */
  refreshDue(): Promise<DueSummary> {
    this.#due ??= this.#runDue().finally(() => {
      this.#due = null;
    });
    return this.#due;
  }

  /** For the end of the process: begins no more refreshes by itself, and waits for those that run, at most `maxMs`. */
  async idle(maxMs: DurationMs): Promise<void> {
    this.#stopping.abort();
    const patience = new AbortController();
    await Promise.race([this.#flights.settled(), this.#deps.delay(maxMs, patience.signal)]);
    patience.abort();
  }

  #refresh(id: string): Promise<RefreshOutcome> {
    return this.#flights.run(id, () => refreshAccount(this.#deps, id));
  }

  /** Why no refresh may begin now, or null when one may or is already under way. */
  #whyNot(credential: Credential, { disowned }: { disowned: boolean }): (RefreshOutcome & { kind: 'failed' }) | null {
    const { id } = credential;
    if (this.#flights.isRunning(id)) return null;
    if (credential.kind !== 'oauth') return { kind: 'failed', reason: 'rejected', message: 'the token has ended' };
    const until = this.#holds.heldUntil(id, this.#deps.endpoint.configuration());
    const now = this.#deps.now();
    if (until !== null) {
      const seconds = Math.ceil((until - now) / 1000);
      return { kind: 'failed', reason: 'unreachable', message: `the last refresh failed; the next try is due in ${seconds} s` };
    }
    if (credential.refreshToken === null || maySpendNow(credential, { now, disowned })) return null;
    return { kind: 'failed', reason: 'unreachable', message: 'the outcome of the last refresh is unknown' };
  }

  /** The newest token if it lives, unless it has just been proved worthless together with its refresh token. */
  #answer(id: string, outcome: RefreshOutcome): TokenAnswer {
    const credential = this.#deps.vault.get(id);
    if (!credential) return unknownAccount;
    const isDoomed = outcome.kind === 'failed' && outcome.reason === 'rejected' && this.#isInvalid(id);
    if (!isDoomed && isAlive(credential.expiresAt, this.#deps.now())) return usable(credential);
    return outcome.kind === 'failed' ? unusableFor(outcome) : unusable('unreachable', 'the token ended while it was waited for');
  }

  /** One account's accident must not end the job for the others. The error's words stay out: they may hold anything. */
  #unexpected(accountId: string, error: unknown): RefreshOutcome & { kind: 'failed' } {
    const detail = error instanceof Error ? error.name : 'unknown';
    this.#deps.alert('a refresh failed unexpectedly', { accountId, detail });
    return { kind: 'failed', reason: 'storage', message: 'the refresh failed unexpectedly' };
  }

  #isInvalid(id: string): boolean {
    const account = this.#deps.pool.get(id);
    return account === undefined || healthOf(account).state === 'invalid';
  }

  /** A new token proves that the login lives, not that it holds a right which was withheld. */
  #mayNotServe(id: string): boolean {
    const account = this.#deps.pool.get(id);
    const health = account && healthOf(account);
    const lacksRight = health?.state === 'invalid' && health.reason === 'inference_withheld';
    return lacksRight && !this.#deps.vault.get(id)?.scopes.includes(INFERENCE_SCOPE);
  }

  async #proveByRefresh(id: string): Promise<RefreshResult> {
    const outcome = await this.#refresh(id);
    if (outcome.kind === 'failed') return outcome;
    if (this.#mayNotServe(id))
      return { kind: 'failed', reason: 'rejected', message: 'the login lacks the right to send requests' };
    if (outcome.kind === 'refreshed') this.#verified(id, outcome.generation, 'the authorization server granted a new token');
    return { kind: 'refreshed' };
  }

  async #proveByProbe({ id, kind, secret, generation }: Credential): Promise<RefreshResult> {
    const answer = await this.#deps.probe({ kind, secret });
    if (answer.kind === 'accepted') {
      this.#verified(id, generation, 'the upstream accepted the credential');
      this.#deps.pool.noteRefresh(id, { error: null });
      return { kind: 'verified' };
    }
    const failure =
      answer.kind === 'refused'
        ? ({ reason: 'rejected', message: `the upstream answered the credential with ${answer.status}` } as const)
        : ({ reason: 'unreachable', message: `the upstream gave no answer: ${answer.message}` } as const);
    this.#deps.pool.noteRefresh(id, { error: failure.message });
    return { kind: 'failed', ...failure };
  }

  #verified(id: string, generation: number, summary: string): void {
    this.#deps.pool.apply(id, { type: 'verified', at: this.#deps.now(), generation }, { summary });
  }

  #runDue(): Promise<DueSummary> {
    const { pool, vault, now, delay, random, endpoint, nextRefreshRun, rules } = this.#deps;
    this.#holds.keepOnly(new Set(pool.list().map(({ id }) => id)));
    const horizon = (nextRefreshRun() ?? now() + DUE_FALLBACK_MS) + DUE_MARGIN_MS;
    const deps: RefreshDueDeps = {
      ...{ pool, now, delay, random, stopping: this.#stopping.signal },
      heldUntil: (id) => this.#holds.heldUntil(id, endpoint.configuration()),
      mayBegin: (id) => {
        const credential = vault.get(id);
        return credential !== undefined && this.#whyNot(credential, { disowned: false }) === null;
      },
      refresh: (id) => this.#refresh(id).catch((error: unknown) => this.#unexpected(id, error)),
    };
    return refreshAllDue(deps, { horizon, keepInactiveFresh: rules().keepInactiveFresh });
  }
}

const usable = ({ secret, generation }: Credential): UsableToken => ({ kind: 'usable', secret, generation });

const unusable = (reason: (TokenAnswer & { kind: 'unusable' })['reason'], message: string): TokenAnswer => ({
  kind: 'unusable',
  reason,
  message,
});

const unknownAccount = unusable('unknown_account', 'there is no such account');

/** For a request it makes no difference whether the authorization server refuses Headgate or does not answer. */
const unusableFor = ({ reason, message }: RefreshOutcome & { kind: 'failed' }): TokenAnswer =>
  unusable(reason === 'refused' ? 'unreachable' : reason, message);

const notRenewed = (outcome: RefreshOutcome): TokenAnswer =>
  outcome.kind === 'failed' ? unusableFor(outcome) : unusable('rejected', 'there is no newer token');
