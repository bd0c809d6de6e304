/**
 * From a verdict to the next step of a request: try again, where, after how long, or answer. Pure: it sees the
 * request's own history only. Whether another account is left is asked last, by whoever carries the step out.
 */
import type { Mark, Verdict } from './judge-attempt.ts';
import type { DurationMs } from './time.ts';

/** One judged attempt of a request, as far as the next step depends on it. */
export interface PastAttempt {
  readonly accountId: string;
  readonly row: number;
  /** The account is to blame beyond doubt, so that its refusal says nothing about the request. */
  readonly isProven: boolean;
}

export interface PlanningRules {
  /** May faults of the upstream be retried at all (`retry.enabled`)? */
  readonly retriesEnabled: boolean;
  /** Attempts for faults of the upstream, the first included (`retry.max_attempts`). */
  readonly maxAttempts: number;
  /** No attempt starts later than this after the request came (`retry.max_elapsed`). */
  readonly maxElapsedMs: DurationMs;
  /** Repeat once when a fresh connection broke after sending (`retry.ambiguous`). */
  readonly repeatAmbiguous: boolean;
}

export interface Situation {
  readonly accountId: string;
  /** Every judged attempt before this one. */
  readonly past: readonly PastAttempt[];
  readonly elapsedMs: DurationMs;
  /** May the request be sent again after the upstream answered it with a fault of its own? */
  readonly repeatable: boolean;
}

/** What is answered when no further attempt is made. */
export type Ending = 'relay' | 'relay_final' | 'exhausted' | 'only_other_kind' | 'redirect' | 'no_reply' | 'broken';

export type Step =
  | { readonly do: 'end'; readonly ending: Ending }
  | { readonly do: 'renew' }
  /** `prefer: 'another'` takes the same account when there is no other; `only_another` then ends with `otherwise`. */
  | {
      readonly do: 'attempt';
      readonly on: 'same' | 'prefer_another' | 'only_another' | 'another_kind';
      /** Which back-off this is, from 0; null: at once. */
      readonly backoff: number | null;
      readonly otherwise: Ending;
    };

export interface Plan {
  readonly step: Step;
  /** What this attempt does to its account: the verdict's mark, or nothing when two accounts refused alike. */
  readonly mark: Mark;
  /** Two accounts refused the request in the same way: it is about the request, and the earlier marks go. */
  readonly withdraw: boolean;
  readonly isProven: boolean;
}

const MAX_ACCOUNTS_FOR_FAULTS = 2;
/** Rows without proof about the account: two accounts that refuse alike prove that it is the request. */
const PROVES_LITTLE = new Set([5, 9, 10, 11, 15]);
export const provesLittle = (row: number): boolean => PROVES_LITTLE.has(row);
/** Refusals of the account as such: every eligible account may be tried, so these spend no fault attempt. */
const FAULT_ROWS = new Set([15, 17, 18]);
/** After these one other account is asked for a second opinion. */
const HOP_ROWS = new Set([5, 10, 11]);

const end = (ending: Ending): Step => ({ do: 'end', ending });

export function planNext(verdict: Verdict, situation: Situation, rules: PlanningRules): Plan {
  const isProven = verdict.next === 'fail_over';
  const refusedAlike =
    provesLittle(verdict.row) &&
    verdict.next !== 'renew' &&
    !isProven &&
    situation.past.some((earlier) => earlier.row === verdict.row && isSecondOpinion(earlier, situation));
  if (refusedAlike) {
    return { step: end(verdict.row === 5 ? 'relay_final' : 'relay'), mark: { kind: 'none' }, withdraw: true, isProven };
  }
  const step = stepFor(verdict, situation, rules);
  const tooLate = step.do === 'attempt' && situation.elapsedMs >= rules.maxElapsedMs;
  return { step: tooLate ? end(step.otherwise) : step, mark: verdict.mark, withdraw: false, isProven };
}

const isSecondOpinion = ({ accountId, isProven }: PastAttempt, situation: Situation): boolean =>
  accountId !== situation.accountId && !isProven;

function stepFor(verdict: Verdict, situation: Situation, rules: PlanningRules): Step {
  const hopped = situation.past.some((earlier) => HOP_ROWS.has(earlier.row) && isSecondOpinion(earlier, situation));
  switch (verdict.next) {
    case 'relay':
      return end('relay');
    case 'renew':
      return { do: 'renew' };
    case 'fail_over':
      return { do: 'attempt', on: 'only_another', backoff: null, otherwise: 'exhausted' };
    case 'hop_or_exhausted':
      // Never "exhausted" while somebody has not been asked: a second account that says the same has ended it before.
      return { do: 'attempt', on: 'only_another', backoff: null, otherwise: 'exhausted' };
    case 'hop_or_relay':
      return hopped ? end('relay') : { do: 'attempt', on: 'only_another', backoff: null, otherwise: 'relay' };
    case 'other_kind':
      return { do: 'attempt', on: 'another_kind', backoff: null, otherwise: 'only_other_kind' };
    case 'retry_same':
    case 'retry_elsewhere':
    case 'retry_unsent':
      return retryFault(verdict, situation, rules);
    case 'refuse_redirect':
      return end('redirect');
    case 'give_up_waiting':
      return end('no_reply');
    case 'give_up_broken':
      return repeatBroken(situation, rules);
  }
}

function retryFault({ row, next }: Verdict, situation: Situation, rules: PlanningRules): Step {
  const nothingWasSent = next === 'retry_unsent';
  const otherwise: Ending = row === 17 ? 'broken' : 'relay';
  const faults = situation.past.filter((attempt) => FAULT_ROWS.has(attempt.row));
  const mayRetry = rules.retriesEnabled && (nothingWasSent || situation.repeatable) && faults.length + 1 < rules.maxAttempts;
  if (!mayRetry) return end(otherwise);
  const accounts = new Set([...faults.map(({ accountId }) => accountId), situation.accountId]);
  const on = next === 'retry_elsewhere' && accounts.size < MAX_ACCOUNTS_FOR_FAULTS ? 'prefer_another' : 'same';
  return { do: 'attempt', on, backoff: faults.length, otherwise };
}

function repeatBroken(situation: Situation, rules: PlanningRules): Step {
  const repeated = situation.past.some(({ row }) => row === 18);
  if (!rules.repeatAmbiguous || !rules.retriesEnabled || repeated || !situation.repeatable) return end('broken');
  return { do: 'attempt', on: 'same', backoff: 0, otherwise: 'broken' };
}
