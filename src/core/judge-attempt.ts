/**
 * What the end of one attempt means: for the account (`mark`) and for the request (`next`).
 *
 * The rows are evaluated top to bottom and the first that fits decides; the last two fit everything, so no
 * outcome is without a row. A row judges one account on evidence about that account only: a bad request, an
 * overloaded upstream or a broken network never marks an account.
 */
import type { AccountKind, InvalidReason, LimitCause } from './account.ts';
import { isFamilyName } from './model-family.ts';
import { familyOfWindow, isAccountWide, isRejected, type RateLimitFacts, readRateLimits } from './rate-limit-headers.ts';
import type { AttemptOutcome, ReplyFacts } from './reply-facts.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** A refused credential or account waits this long before a second refusal may condemn it. */
const PROVISIONAL_BENCH_MS: DurationMs = 5 * 60_000;
/** The first wait after a 429 that gives no reason; it doubles with each one until the account serves again. */
const UNEXPLAINED_WAIT_MS: DurationMs = 30_000;
const FAMILY_BENCH_MS: DurationMs = 30 * 60_000;
/** A reset that lies in the past still means "not now". */
const AT_LEAST_MS: DurationMs = 1000;

export type Mark =
  | { readonly kind: 'none' }
  | { readonly kind: 'success' }
  | { readonly kind: 'quota_rejected'; readonly until: EpochMs; readonly cause: LimitCause }
  /** Provisional marks are confirmed or withdrawn by what a sibling answers to the same request. */
  | { readonly kind: 'throttled'; readonly until: EpochMs; readonly cause: LimitCause; readonly strike: InvalidReason | null }
  | { readonly kind: 'family_bench'; readonly family: string; readonly until: EpochMs }
  | { readonly kind: 'condemned'; readonly reason: InvalidReason };

export type Next =
  | 'relay'
  /** Renew the access token, then try the same account once more. */
  | 'renew'
  /** Another account, each eligible one once; none left: the pool is exhausted. */
  | 'fail_over'
  /** One other account. What happens without one, the row decides. */
  | 'hop_or_exhausted'
  | 'hop_or_relay'
  | 'other_kind'
  /** Back off, then the same account: every account would be told the same, and the prompt cache is here. */
  | 'retry_same'
  /** Back off, then another account if there is one. */
  | 'retry_elsewhere'
  /** Back off, then the same account: the upstream never saw the request, so that anything may be sent again. */
  | 'retry_unsent'
  | 'refuse_redirect'
  | 'give_up_waiting'
  | 'give_up_broken';

export interface Verdict {
  /** The row of the reply table that decided, 1 to 18 (a cut after relaying began, row 19, is not judged). */
  readonly row: number;
  readonly mark: Mark;
  readonly next: Next;
}

export interface Judging {
  readonly now: EpochMs;
  readonly kind: AccountKind;
  /** Is the path one that the rules know? On others nothing that is answered changes an account. */
  readonly knownPath: boolean;
  /** `POST /v1/messages`: only its refusals may condemn a credential. */
  readonly isMessages: boolean;
  readonly family: string | null;
  /** Could a renewed access token still help this request on this account? */
  readonly mayRenew: boolean;
  /** The authorization server says that the account's login is over. */
  readonly isLoginOver: boolean;
  /** Was the account refused before, in a request whose bench is over? */
  readonly struckBefore: boolean;
  /** How often the account was told to wait without a reason since it last served. */
  readonly unexplainedBefore: number;
  readonly rules: JudgingRules;
}

export interface JudgingRules {
  readonly defaultCooldownMs: DurationMs;
  /** May requests be served from paid overage (`accounts.allow_overage`)? */
  readonly allowOverage: boolean;
}

interface Case {
  readonly outcome: AttemptOutcome;
  /** The reply; a stand-in that no reply row matches when there was none. */
  readonly reply: ReplyFacts;
  readonly limits: RateLimitFacts;
  readonly context: Judging;
}

interface Row {
  readonly row: number;
  readonly fits: (c: Case) => boolean;
  readonly decide: (c: Case) => Pick<Verdict, 'mark' | 'next'>;
}

const NOTHING: Mark = { kind: 'none' };
const NO_REPLY: ReplyFacts = { status: 0, headers: {}, errorType: null, message: '', body: 'as_promised' };
const just = (next: Next) => () => ({ mark: NOTHING, next });
const replied = (c: Case): boolean => c.outcome.kind === 'reply';
const between = (c: Case, low: number, high: number): boolean => replied(c) && c.reply.status >= low && c.reply.status <= high;
const is = (c: Case, status: number): boolean => between(c, status, status);
const atLeast = (until: EpochMs, now: EpochMs): EpochMs => Math.max(until, now + AT_LEAST_MS);

const MISSING_BETA = /oauth authentication is currently not supported|anthropic-beta[^.]*oauth|oauth[^.]*\bbeta\b/i;
const ABOUT_THE_REQUEST = /^error$|long context|extra usage|credits_required/i;
const CLAUDE_CODE_ONLY = /only authorized for use with claude code/i;
const UNUSABLE: readonly (readonly [RegExp, InvalidReason])[] = [
  [/organization has been disabled/i, 'organization_disabled'],
  [/oauth[^.]* not allowed for this organization/i, 'oauth_not_allowed'],
  [/identity verification/i, 'identity_verification_required'],
  [/credit balance is too low/i, 'credit_balance_too_low'],
];
const unusableBecause = ({ reply }: Case): InvalidReason | null =>
  UNUSABLE.find(([wording]) => wording.test(reply.message))?.[1] ?? null;

const rejectedWindows = (c: Case) => c.limits.windows.filter(isRejected);
const rejectedAccountWide = (c: Case) => rejectedWindows(c).filter(isAccountWide);

function latestReset(windows: RateLimitFacts['windows']): EpochMs | null {
  const resets = windows.flatMap((window) => (window.resetAt === null ? [] : [window.resetAt]));
  return resets.length === 0 ? null : Math.max(...resets);
}

function retryAfterInstant({ limits, context }: Case): EpochMs | null {
  return limits.retryAfterMs === null ? null : context.now + limits.retryAfterMs;
}

function quotaMark(c: Case, reset: EpochMs | null): Mark {
  const { now, rules } = c.context;
  // A reset that has passed is of a clock that differs from ours; a length of time is the same on both.
  const ahead = reset !== null && reset > now ? reset : null;
  const until = ahead ?? retryAfterInstant(c) ?? reset ?? now + rules.defaultCooldownMs;
  return { kind: 'quota_rejected', until: atLeast(until, now), cause: 'quota' };
}

/** Windows that reject name the family they are about; one that names none of the known families is about this request's own. */
function familyMark(c: Case, family: string | null): Mark {
  const { now } = c.context;
  const benched = family !== null && isFamilyName(family) ? family : c.context.family;
  if (benched === null) return NOTHING;
  const until = latestReset(rejectedWindows(c)) ?? c.limits.unifiedResetAt ?? now + FAMILY_BENCH_MS;
  return { kind: 'family_bench', family: benched, until: atLeast(until, now) };
}

const claimedFamily = ({ limits }: Case): string | null => {
  const last = limits.representativeClaim?.split('_').at(-1) ?? '';
  return isFamilyName(last) ? last : null;
};

/** A first refusal benches, a second one on another request after that bench condemns. */
function refusalMark(c: Case, reason: InvalidReason, cause: LimitCause): Mark {
  const { now, struckBefore } = c.context;
  if (struckBefore) return { kind: 'condemned', reason };
  return { kind: 'throttled', until: now + PROVISIONAL_BENCH_MS, cause, strike: reason };
}

/** Served, but from paid overage that the operator did not allow: the next requests go elsewhere. */
function successMark(c: Case): Mark {
  const { limits, context } = c;
  if (!limits.overageInUse || context.rules.allowOverage) return { kind: 'success' };
  const usedUp = limits.windows.filter(
    (window) => isAccountWide(window) && (isRejected(window) || (window.utilization ?? 0) >= 1),
  );
  const until = latestReset(usedUp) ?? limits.unifiedResetAt ?? context.now + context.rules.defaultCooldownMs;
  return { kind: 'quota_rejected', until: atLeast(until, context.now), cause: 'overage' };
}

function throttledMark(c: Case): Mark {
  const { now, rules } = c.context;
  const until = retryAfterInstant(c) ?? c.limits.exhaustedResetAt ?? c.limits.unifiedResetAt ?? now + rules.defaultCooldownMs;
  return { kind: 'throttled', until: atLeast(until, now), cause: 'throttle', strike: null };
}

const unexplainedWait = ({ unexplainedBefore, rules }: Judging): DurationMs =>
  Math.min(rules.defaultCooldownMs, UNEXPLAINED_WAIT_MS * 2 ** Math.min(unexplainedBefore, 20));

const rows: readonly Row[] = [
  {
    row: 1,
    fits: (c) => between(c, 200, 299) && c.reply.body === 'as_promised',
    decide: (c) => ({ mark: successMark(c), next: 'relay' }),
  },
  { row: 3, fits: (c) => between(c, 300, 399), decide: just('refuse_redirect') },
  { row: 4, fits: (c) => is(c, 401) && MISSING_BETA.test(c.reply.message), decide: just('relay') },
  {
    row: 5,
    fits: (c) => is(c, 401),
    decide: (c) => {
      if (c.context.mayRenew) return { mark: NOTHING, next: 'renew' };
      // The account is condemned already, on better evidence than a 401.
      if (c.context.isLoginOver) return { mark: NOTHING, next: 'fail_over' };
      const condemnable = { ...c, context: { ...c.context, struckBefore: c.context.struckBefore && c.context.isMessages } };
      return { mark: refusalMark(condemnable, 'credential_rejected', 'unexplained_401'), next: 'hop_or_exhausted' };
    },
  },
  {
    row: 6,
    fits: (c) => is(c, 429) && rejectedAccountWide(c).length > 0,
    decide: (c) => ({ mark: quotaMark(c, latestReset(rejectedAccountWide(c))), next: 'fail_over' }),
  },
  {
    row: 7,
    fits: (c) => is(c, 429) && rejectedWindows(c).length > 0,
    decide: (c) => ({ mark: familyMark(c, rejectedWindows(c).map(familyOfWindow)[0] ?? null), next: 'fail_over' }),
  },
  {
    row: 8,
    fits: (c) => is(c, 429) && c.limits.unifiedStatus === 'rejected',
    decide: (c) => {
      const family = claimedFamily(c);
      return { mark: family ? familyMark(c, family) : quotaMark(c, c.limits.unifiedResetAt), next: 'fail_over' };
    },
  },
  {
    row: 9,
    fits: (c) => is(c, 429) && (c.limits.slotBusy || (!c.limits.any && ABOUT_THE_REQUEST.test(c.reply.message.trim()))),
    decide: just('relay'),
  },
  { row: 10, fits: (c) => is(c, 429) && c.limits.any, decide: (c) => ({ mark: throttledMark(c), next: 'hop_or_relay' }) },
  {
    row: 11,
    fits: (c) => is(c, 429),
    decide: ({ context }) => ({
      mark: { kind: 'throttled', until: context.now + unexplainedWait(context), cause: 'unexplained_429', strike: null },
      next: 'hop_or_relay',
    }),
  },
  {
    row: 12,
    fits: (c) => (is(c, 400) || is(c, 402) || is(c, 403)) && unusableBecause(c) !== null,
    decide: (c) => ({ mark: refusalMark(c, unusableBecause(c) ?? 'credential_rejected', 'account_refused'), next: 'fail_over' }),
  },
  { row: 13, fits: (c) => is(c, 400) && CLAUDE_CODE_ONLY.test(c.reply.message), decide: just('other_kind') },
  { row: 14, fits: (c) => between(c, 400, 499), decide: just('relay') },
  { row: 16, fits: (c) => is(c, 504), decide: just('relay') },
  { row: 16, fits: (c) => c.outcome.kind === 'no_reply_in_time', decide: just('give_up_waiting') },
  { row: 15, fits: (c) => is(c, 529), decide: just('retry_same') },
  { row: 15, fits: replied, decide: just('retry_elsewhere') },
  { row: 17, fits: (c) => c.outcome.kind === 'not_sent', decide: just('retry_unsent') },
  { row: 17, fits: (c) => c.outcome.kind === 'stale_socket', decide: just('retry_same') },
  { row: 18, fits: () => true, decide: just('give_up_broken') },
];

/** Judges one attempt. On unknown paths the row is named but nothing follows from it: no mark, no failover. */
export function judgeAttempt(outcome: AttemptOutcome, context: Judging): Verdict {
  const reply = outcome.kind === 'reply' ? outcome.reply : NO_REPLY;
  const c: Case = { outcome, reply, limits: readRateLimits(reply.headers, context.now), context };
  const row = rows.find((candidate) => candidate.fits(c));
  if (!row) throw new Error('the last row of the reply table fits everything');
  if (!context.knownPath && replied(c) && row.row !== 3) return { row: row.row, mark: NOTHING, next: 'relay' };
  return { row: row.row, ...row.decide(c) };
}
