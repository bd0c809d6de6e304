/**
 * One attempt after another until somebody's answer is the client's: choose account → ensure token → send → judge → plan.
 *
 * A reply that may yet be relayed is held until the next attempt has an account and a token, so that "there is nobody else"
 * can still pass it on.
 */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { ConversationPins } from '../accounts/conversation-pins.ts';
import type { Strikes } from '../accounts/strikes.ts';
import type { TokenManager, UsableToken } from '../accounts/token-manager.ts';
import type { Account } from '../core/account.ts';
import { type Ending, type PastAttempt, type Plan, type PlanningRules, planNext, type Step } from '../core/attempt-plan.ts';
import { backoffMs } from '../core/backoff.ts';
import { type JudgingRules, judgeAttempt } from '../core/judge-attempt.ts';
import { isKnownPath, isMessages, isRepeatable, promisesJson } from '../core/known-paths.ts';
import { modelFamily } from '../core/model-family.ts';
import type { ProvisionalMark } from '../core/provisional-marks.ts';
import type { AttemptOutcome } from '../core/reply-facts.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import type { AttemptReason } from '../requests/request-record.ts';
import type { Exchange } from './exchange.ts';
import type { Hop, HopResult, UpstreamReply } from './hop.ts';
import type { Verdicts } from './verdicts.ts';

export interface AttemptDeps {
  readonly pool: Pick<AccountPool, 'choose' | 'get' | 'beginAttempt'>;
  readonly tokens: Pick<TokenManager, 'freshToken' | 'ensureFresh' | 'renew' | 'mayRenew'>;
  readonly pins: ConversationPins;
  readonly strikes: Strikes;
  readonly verdicts: Verdicts;
  readonly hop: Hop;
  readonly now: Now;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  readonly delay: (ms: DurationMs, signal: AbortSignal) => Promise<void>;
  readonly rules: () => AttemptRules;
}

export interface AttemptRules {
  readonly judging: JudgingRules;
  readonly planning: PlanningRules;
  readonly backoff: { readonly baseMs: DurationMs; readonly maxMs: DurationMs };
}

/** How the attempts of a request ended: with a reply to pass on, or with what Headgate itself has to say. */
export type AttemptsEnd =
  | {
      readonly kind: 'reply';
      readonly reply: UpstreamReply;
      readonly account: Account;
      readonly final: boolean;
      readonly close: CloseAttempt;
    }
  | { readonly kind: 'client_gone' }
  | { readonly kind: 'answer'; readonly ending: Exclude<Ending, 'relay' | 'relay_final'> };

type CloseAttempt = ReturnType<AccountPool['beginAttempt']>;

/** An account with a token that may be sent. */
interface Ready {
  readonly account: Account;
  readonly secret: string;
  readonly generation: number;
  readonly why: AttemptReason;
}

/** One request on its way from account to account, and what happened so far, as far as later attempts depend on it. */
interface Walk {
  readonly deps: AttemptDeps;
  readonly exchange: Exchange;
  readonly tried: Set<string>;
  readonly past: PastAttempt[];
  /** Accounts whose token was renewed on behalf of this request. */
  readonly renewed: Set<string>;
  /** Marks that wait for what a sibling answers to this request. */
  readonly pending: ProvisionalMark[];
  readonly family: string | null;
}

export async function makeAttempts(deps: AttemptDeps, exchange: Exchange): Promise<AttemptsEnd> {
  const family = modelFamily(exchange.model);
  const walk: Walk = { deps, exchange, tried: new Set(), past: [], renewed: new Set(), pending: [], family };
  let next = await chooseFirst(walk);
  while (next && !exchange.clientGone.aborted) {
    const outcome = await attempt(walk, next);
    if (outcome.kind !== 'next') return outcome;
    next = outcome.ready;
  }
  return exchange.clientGone.aborted ? { kind: 'client_gone' } : { kind: 'answer', ending: 'exhausted' };
}

/** One attempt from sending to the decision what follows. Whatever happens, the account's slot is given back. */
async function attempt(walk: Walk, ready: Ready): Promise<AttemptsEnd | { readonly kind: 'next'; readonly ready: Ready }> {
  const { deps, exchange } = walk;
  walk.tried.add(ready.account.id);
  const close = deps.pool.beginAttempt(ready.account.id);
  const startedAt = deps.now();
  const result = await send(walk, ready);
  if (result.kind === 'client_gone') {
    close({ failed: false, usage: null });
    record(exchange, ready, { result, row: null, startedAt, endedAt: deps.now() });
    return { kind: 'client_gone' };
  }
  const reply = result.kind === 'reply' ? result.reply : null;
  try {
    const judged = await judgeAndPlan(walk, ready, outcomeOf(result));
    record(exchange, ready, { result, row: judged.row, startedAt, endedAt: deps.now() });
    walk.past.push({ accountId: ready.account.id, row: judged.row });
    const following = await follow(walk, ready, judged);
    if (following.kind === 'end' && reply && isRelay(following.ending)) {
      return { kind: 'reply', reply, account: ready.account, final: following.ending === 'relay_final', close };
    }
    reply?.discard();
    close({ failed: true, usage: null });
    if (following.kind === 'next') return following;
    return { kind: 'answer', ending: isRelay(following.ending) ? 'broken' : following.ending };
  } catch (error) {
    reply?.discard();
    close({ failed: true, usage: null });
    throw error;
  }
}

const isRelay = (ending: Ending): ending is 'relay' | 'relay_final' => ending === 'relay' || ending === 'relay_final';

/** The first account: the conversation's home, else whose turn it is. */
async function chooseFirst(walk: Walk): Promise<Ready | null> {
  const { deps, exchange } = walk;
  const ready = await acquire(walk, { why: null, notKind: null });
  const { conversation } = exchange;
  if (ready && conversation !== null && deps.pins.homeOf(conversation) === null) deps.pins.settle(conversation, ready.account.id);
  return ready;
}

/** The next eligible account whose token may be sent; those whose token cannot be had are passed over. */
async function acquire(
  { deps, exchange, tried, family }: Walk,
  { why, notKind }: { readonly why: AttemptReason | null; readonly notKind: Account['kind'] | null },
): Promise<Ready | null> {
  const home = exchange.conversation === null ? null : deps.pins.homeOf(exchange.conversation);
  while (!exchange.clientGone.aborted) {
    const choice = deps.pool.choose({ family, tried, notKind, home });
    if (!choice) return null;
    const reason = why ?? choice.why;
    // Nearly always there is a token, and nothing to wait for.
    const ready =
      withFreshToken(deps, choice.account, reason) ??
      (await beforeLeaving(withToken(deps, choice.account, reason), exchange.clientGone));
    if (ready) return ready;
    tried.add(choice.account.id);
  }
  return null;
}

/** A refresh goes on without the client that waited for it; the request does not. Null when the client leaves first. */
async function beforeLeaving<T>(work: Promise<T>, clientGone: AbortSignal): Promise<T | null> {
  if (clientGone.aborted) return null;
  const left = Promise.withResolvers<null>();
  const onLeave = () => left.resolve(null);
  clientGone.addEventListener('abort', onLeave, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    clientGone.removeEventListener('abort', onLeave);
  }
}

function withFreshToken({ tokens }: AttemptDeps, account: Account, why: AttemptReason): Ready | null {
  const token = tokens.freshToken(account.id);
  return token && readyWith(token, account, why);
}

async function withToken(deps: AttemptDeps, account: Account, why: AttemptReason): Promise<Ready | null> {
  const token = await deps.tokens.ensureFresh(account.id);
  return token.kind === 'usable' ? readyWith(token, account, why) : null;
}

const readyWith = ({ secret, generation }: UsableToken, account: Account, why: AttemptReason): Ready => ({
  account,
  secret,
  generation,
  why,
});

function send({ deps, exchange }: Walk, { account, secret }: Ready): Promise<HopResult> {
  return deps.hop.send({
    req: exchange.req,
    target: exchange.target,
    body: exchange.body,
    kind: account.kind,
    secret,
    promisesJson: promisesJson(exchange.method, exchange.path),
    clientGone: exchange.clientGone,
  });
}

const outcomeOf = (result: Exclude<HopResult, { kind: 'client_gone' }>): AttemptOutcome =>
  result.kind === 'reply' ? { kind: 'reply', reply: result.reply.facts } : { kind: result.kind as 'broken' };

type Judged = Plan & { readonly row: number; readonly renewedTo: Ready | null };

/** Judges the attempt, renews the token where that is the verdict, applies the mark, and settles marks that waited for this answer. */
async function judgeAndPlan(walk: Walk, { account, generation }: Ready, outcome: AttemptOutcome): Promise<Judged> {
  const { deps, exchange } = walk;
  const judge = (mayRenew: boolean) => {
    const now = deps.now();
    const verdict = judgeAttempt(outcome, {
      now,
      kind: account.kind,
      knownPath: isKnownPath(exchange.path),
      isMessages: isMessages(exchange.path),
      family: walk.family,
      mayRenew,
      struckBefore: deps.strikes.struckBefore(account.id, now),
      rules: deps.rules().judging,
    });
    const situation = {
      accountId: account.id,
      past: walk.past,
      elapsedMs: now - exchange.startedAt,
      repeatable: isRepeatable(exchange.method, exchange.path),
    };
    return { row: verdict.row, ...planNext(verdict, situation, deps.rules().planning) };
  };

  let plan = judge(!walk.renewed.has(account.id) && deps.tokens.mayRenew(account.id, generation));
  let renewedTo: Ready | null = null;
  if (plan.step.do === 'renew') {
    walk.renewed.add(account.id);
    const token = await deps.tokens.renew(account.id, generation);
    if (token.kind === 'usable') renewedTo = readyWith(token, account, 'renewed');
    else plan = judge(false);
  }
  deps.verdicts.settle(walk.pending, { account, generation, outcome, row: plan.row, plan });
  return { ...plan, renewedTo };
}

type Following = { readonly kind: 'end'; readonly ending: Ending } | { readonly kind: 'next'; readonly ready: Ready };

/** Carries a step out: waits, chooses, ensures a token; ends as the step says when there is nobody to go on with. */
async function follow(walk: Walk, current: Ready, { step, renewedTo }: Judged): Promise<Following> {
  const { deps, exchange } = walk;
  if (renewedTo) return { kind: 'next', ready: renewedTo };
  if (step.do === 'renew') return { kind: 'end', ending: 'exhausted' };
  if (step.do === 'end') return { kind: 'end', ending: step.ending };
  if (step.backoff !== null) {
    const { baseMs, maxMs } = deps.rules().backoff;
    await deps.delay(backoffMs(step.backoff, baseMs, maxMs, deps.random()), exchange.clientGone);
  }
  const ready = await nextReady(walk, current, step);
  return ready ? { kind: 'next', ready } : { kind: 'end', ending: step.otherwise };
}

async function nextReady(walk: Walk, { account }: Ready, { on }: Extract<Step, { do: 'attempt' }>): Promise<Ready | null> {
  switch (on) {
    case 'same':
      return sameAgain(walk.deps, account);
    case 'only_another':
      return acquire(walk, { why: 'failover', notKind: null });
    case 'another_kind':
      return acquire(walk, { why: 'failover', notKind: account.kind });
    case 'prefer_another':
      return (await acquire(walk, { why: 'failover', notKind: null })) ?? sameAgain(walk.deps, account);
  }
}

/** The same account once more, unless it was paused, removed or condemned meanwhile. */
async function sameAgain(deps: AttemptDeps, { id }: Account): Promise<Ready | null> {
  const latest = deps.pool.get(id);
  return latest?.status.state === 'active' ? withToken(deps, latest, 'retry') : null;
}

interface AttemptEnd {
  readonly result: HopResult;
  readonly row: number | null;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
}

function record(exchange: Exchange, { account, why }: Ready, { result, row, startedAt, endedAt }: AttemptEnd): void {
  const reply = result.kind === 'reply' ? result.reply : null;
  exchange.attempts.push({
    accountId: account.id,
    accountName: account.name,
    why,
    row,
    status: reply?.facts.status ?? null,
    upstreamRequestId: reply?.requestId ?? null,
    startedAt,
    durationMs: endedAt - startedAt,
  });
}
