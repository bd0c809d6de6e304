/**
 * Carries a verdict to the account it is about: the mark of this attempt, and the second opinion on marks that earlier attempts
 * of the same request left provisionally.
 */
import type { Evidence } from '../accounts/account-event-record.ts';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { Strikes } from '../accounts/strikes.ts';
import type { Account } from '../core/account.ts';
import type { Plan } from '../core/attempt-plan.ts';
import { type ProvisionalMark, provenUntil } from '../core/provisional-marks.ts';
import { readRateLimits } from '../core/rate-limit-headers.ts';
import type { AttemptOutcome } from '../core/reply-facts.ts';
import type { DurationMs, Now } from '../core/time.ts';

export interface VerdictDeps {
  readonly pool: Pick<AccountPool, 'apply' | 'bench' | 'noteWindows' | 'noteSuccess' | 'offerChance'>;
  readonly strikes: Strikes;
  readonly now: Now;
  readonly newId: (prefix: 'mrk') => string;
  readonly defaultCooldownMs: () => DurationMs;
}

export interface JudgedAttempt {
  readonly account: Account;
  /** Of the credential that was sent. */
  readonly generation: number;
  readonly outcome: AttemptOutcome;
  readonly row: number;
  readonly plan: Plan;
}

export interface Verdicts {
  /** Applies what an attempt of the request proved, to its own account and to those tried before. */
  settle(pending: ProvisionalMark[], attempt: JudgedAttempt): void;
  /** Takes back the marks that this row set for the request: others were refused alike. */
  withdraw(pending: ProvisionalMark[], row: number): void;
  /** The request asks no other account any more: marks that nobody has withdrawn stay. */
  conclude(pending: readonly ProvisionalMark[]): void;
  /** The row of a mark for whose request other accounts are being asked; null for any other mark. */
  openRowOf(mark: string): number | null;
}

export function createVerdicts(deps: VerdictDeps): Verdicts {
  const open = new Map<string, ProvisionalMark>();
  /** Whatever changes the request's marks, those that are gone are not open any more. */
  const keepingTrack = (pending: ProvisionalMark[], change: () => void): void => {
    const before = [...pending];
    change();
    for (const mark of before) open.delete(mark.name);
    for (const mark of pending) open.set(mark.name, mark);
  };
  return {
    settle: (pending, attempt) =>
      keepingTrack(pending, () => {
        if (attempt.plan.withdraw) withdrawAll(deps, pending, attempt.row);
        else confirmProven(deps, pending, attempt);
        applyMark(deps, pending, attempt);
      }),
    withdraw: (pending, row) => keepingTrack(pending, () => withdrawAll(deps, pending, row)),
    conclude(pending) {
      for (const { name } of pending) open.delete(name);
      if (pending.length > 0) deps.pool.offerChance();
    },
    openRowOf: (mark) => open.get(mark)?.row ?? null,
  };
}

/** Two accounts refused the request alike: it is about the request, and no account is to blame. */
function withdrawAll({ pool, strikes, now }: VerdictDeps, pending: ProvisionalMark[], row: number): void {
  const summary = 'another account refused the same request in the same way';
  for (const mark of takeOut(pending, (candidate) => candidate.row === row)) {
    pool.apply(mark.accountId, { type: 'mark_withdrawn', at: now(), mark: mark.name }, { summary, row });
    strikes.clear(mark.accountId);
  }
}

function confirmProven(deps: VerdictDeps, pending: ProvisionalMark[], { account, outcome }: JudgedAttempt): void {
  const now = deps.now();
  const proves = (mark: ProvisionalMark) => provenUntil(mark, outcome, now, deps.defaultCooldownMs());
  for (const mark of takeOut(pending, (candidate) => candidate.accountId !== account.id && proves(candidate) !== null)) {
    const until = proves(mark) ?? mark.until;
    const cause = mark.row === 5 ? 'unexplained_401' : 'unexplained_429';
    const summary = 'another account answered the same request';
    deps.pool.apply(mark.accountId, { type: 'throttled', at: now, until, cause, mark: null }, { summary, row: mark.row });
  }
}

function applyMark(deps: VerdictDeps, pending: ProvisionalMark[], attempt: JudgedAttempt): void {
  const { account, generation, plan, row } = attempt;
  const evidence = () => evidenceOf(attempt);
  const { mark } = plan;
  const at = deps.now();
  noteWindows(deps, attempt);
  switch (mark.kind) {
    case 'none':
      return;
    case 'success':
      deps.strikes.clear(account.id);
      deps.pool.noteSuccess(account.id);
      return;
    case 'quota_rejected':
      deps.pool.apply(account.id, { type: 'quota_rejected', at, until: mark.until, cause: mark.cause, mark: null }, evidence());
      return;
    case 'throttled': {
      const name = deps.newId('mrk');
      pending.push({ accountId: account.id, row, name, until: mark.until });
      if (mark.strike) deps.strikes.note(account.id, mark.until);
      if (mark.cause === 'unexplained_429') deps.strikes.noteUnexplained(account.id);
      deps.pool.apply(account.id, { type: 'throttled', at, until: mark.until, cause: mark.cause, mark: name }, evidence());
      return;
    }
    case 'family_bench':
      deps.pool.bench(account.id, mark.family, mark.until, evidence());
      return;
    case 'condemned':
      deps.pool.apply(account.id, { type: 'credential_rejected', at, generation, reason: mark.reason }, evidence());
      return;
  }
}

/** Removes what fits from the list and returns it. */
function takeOut(pending: ProvisionalMark[], fits: (mark: ProvisionalMark) => boolean): ProvisionalMark[] {
  const taken = pending.filter(fits);
  for (const mark of taken) pending.splice(pending.indexOf(mark), 1);
  return taken;
}

function noteWindows({ pool, now }: VerdictDeps, { account, outcome }: JudgedAttempt): void {
  if (outcome.kind !== 'reply') return;
  const { windows } = readRateLimits(outcome.reply.headers, now());
  if (windows.length > 0) pool.noteWindows(account.id, windows);
}

/** What the upstream said, fit to be shown: status, error type and the values of its rate-limit headers. */
function evidenceOf({ outcome, row }: JudgedAttempt): Evidence {
  if (outcome.kind !== 'reply') return { summary: outcome.kind.replaceAll('_', ' '), row };
  const { status, errorType, headers } = outcome.reply;
  const said = Object.entries(headers).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (entry[0] === 'retry-after' || entry[0].startsWith('anthropic-ratelimit-')),
  );
  return {
    summary: `${status} from the upstream`,
    row,
    status,
    ...(errorType ? { errorType } : {}),
    headers: Object.fromEntries(said),
  };
}
