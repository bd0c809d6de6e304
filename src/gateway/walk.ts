/** One request on its way from account to account: what its steps share. */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { ConversationPins } from '../accounts/conversation-pins.ts';
import type { Slot } from '../accounts/pool-entry.ts';
import type { Strikes } from '../accounts/strikes.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import type { Account } from '../core/account.ts';
import type { PastAttempt, PlanningRules } from '../core/attempt-plan.ts';
import type { JudgingRules } from '../core/judge-attempt.ts';
import type { ProvisionalMark } from '../core/provisional-marks.ts';
import type { RetryBudget } from '../core/retry-budget.ts';
import type { DurationMs, Now } from '../core/time.ts';
import type { AttemptReason, Considered } from '../requests/request-record.ts';
import type { Circuits } from './circuits.ts';
import type { Exchange } from './exchange.ts';
import type { Hop } from './hop.ts';
import type { Leaving } from './leaving.ts';
import type { Verdicts } from './verdicts.ts';

export interface AttemptDeps {
  readonly pool: Pick<AccountPool, 'choose' | 'nextChance' | 'onceChance' | 'get' | 'list' | 'reserve'>;
  readonly tokens: Pick<TokenManager, 'freshToken' | 'ensureFresh' | 'renew' | 'mayRenew'>;
  readonly pins: ConversationPins;
  readonly strikes: Strikes;
  readonly verdicts: Verdicts;
  readonly hop: Hop;
  readonly circuits: Circuits;
  readonly budget: RetryBudget;
  readonly now: Now;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  readonly delay: (ms: DurationMs, signal: Leaving) => Promise<void>;
  readonly rules: () => AttemptRules;
}

export interface AttemptRules {
  readonly judging: JudgingRules;
  readonly planning: PlanningRules;
  readonly backoff: { readonly baseMs: DurationMs; readonly maxMs: DurationMs };
  /** Longest wait of one request for an account to come free (`retry.wait_for_account`). */
  readonly waitForAccountMs: DurationMs;
}

/** An account with a place taken and a token that may be sent. */
export interface Ready {
  readonly account: Account;
  readonly slot: Slot;
  readonly secret: string;
  readonly generation: number;
  readonly why: AttemptReason;
  readonly considered: readonly Considered[];
}

/** The time that a request may spend waiting, over all its waits. */
export interface Patience {
  isOver: boolean;
  /** Resolves when it is over, or when the client leaves. */
  readonly end: Promise<void>;
}

export interface Walk {
  readonly deps: AttemptDeps;
  readonly exchange: Exchange;
  readonly tried: Set<string>;
  readonly past: PastAttempt[];
  /** Accounts whose token was renewed on behalf of this request. */
  readonly renewed: Set<string>;
  /** Marks that wait for what a sibling answers to this request. */
  readonly pending: ProvisionalMark[];
  readonly family: string | null;
  /** The account that owns what the request is about; null: anybody may serve. */
  readonly owner: string | null;
  /** As they were when the request came. */
  readonly rules: AttemptRules;
  /** How long the request goes on waiting for an account; null while it has not waited. */
  patience: Patience | null;
}
