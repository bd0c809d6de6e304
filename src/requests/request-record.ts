/** What is remembered of one request after it ended: ids, outcome, timings and usage, never a text and never a secret. */
import type { Exclusion } from '../core/eligibility.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';

/** Why an account was chosen for an attempt. */
export type AttemptReason = 'rotation' | 'affinity' | 'failover' | 'retry' | 'renewed' | 'owner';

/** One account that was looked at for an attempt. */
export interface Considered {
  readonly accountId: string;
  readonly accountName: string;
  /** What kept it from serving; null: nothing. */
  readonly exclusion: Exclusion | null;
  /** By the policy, the larger the better; null where the policy knows no preference, or the account was excluded. */
  readonly score: number | null;
}

export interface AttemptRecord {
  readonly accountId: string;
  readonly accountName: string;
  readonly why: AttemptReason;
  /** The first accounts that were looked at, in the order of looking; none where the account was given. */
  readonly considered: readonly Considered[];
  /** Served, or begun for all that is known: sending again might be paid twice. */
  readonly mayBeBilled: boolean;
  /** The row of the reply table that judged it; 19 for a stream cut after relaying began; null when the client left first. */
  readonly row: number | null;
  /** The upstream's status; null when there was no reply. */
  readonly status: number | null;
  /** The upstream's own `request-id`. */
  readonly upstreamRequestId: string | null;
  readonly startedAt: EpochMs;
  readonly durationMs: DurationMs;
}

/** Tokens as the upstream counted them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

export type RequestOutcome =
  /** The upstream's reply was relayed to its end. */
  | 'relayed'
  /** Headgate answered with an error of its own. */
  | 'refused'
  | 'client_gone'
  /** The upstream broke off after relaying began. */
  | 'cut';

export interface RequestRecord {
  /** `hgr_…` */
  readonly id: string;
  /** The client's own `x-request-id`, when it sent a plain one of at most 128 characters. */
  readonly correlationId: string | null;
  readonly startedAt: EpochMs;
  readonly apiKeyId: string | null;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly model: string | null;
  readonly streamed: boolean;
  /** The status that the client saw; 499 when it left first. */
  readonly status: number;
  readonly outcome: RequestOutcome;
  readonly errorType: string | null;
  readonly attempts: readonly AttemptRecord[];
  /** The selection policy that was in force. */
  readonly policy: string;
  readonly hasConversation: boolean;
  /** It had to wait for an account to come free. */
  readonly waited: boolean;
  readonly usage: TokenUsage | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly firstByteMs: DurationMs | null;
  readonly durationMs: DurationMs;
}

/** Takes every ended request. Must not throw and must not wait: it is called on the request's way. */
export interface RequestRecorder {
  record(request: RequestRecord): void;
}

/** More than one attempt may have cost something. With the defaults this never happens: that it stays so is what the ledger of attempts is for. */
export const mayBeBilledTwice = ({ attempts }: Pick<RequestRecord, 'attempts'>): boolean =>
  attempts.filter((attempt) => attempt.mayBeBilled).length > 1;
