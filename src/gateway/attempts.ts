/**
 * One attempt after another until somebody's answer is the client's: choose account → ensure token → send → judge → plan.
 *
 * A reply that may yet be relayed is held until the next attempt has an account and a token, so that "there is nobody else"
 * can still pass it on.
 */
import type { Slot } from '../accounts/pool-entry.ts';
import type { UsableToken } from '../accounts/token-manager.ts';
import { type Account, healthOf } from '../core/account.ts';
import { type Ending, type Plan, planNext, type Step } from '../core/attempt-plan.ts';
import { backoffMs } from '../core/backoff.ts';
import { mayBeBilled } from '../core/billing.ts';
import { type JudgingRules, judgeAttempt } from '../core/judge-attempt.ts';
import { isKnownPath, isMessages, isRepeatable, promisesJson } from '../core/known-paths.ts';
import { modelFamily } from '../core/model-family.ts';
import type { AttemptOutcome } from '../core/reply-facts.ts';
import type { EpochMs } from '../core/time.ts';
import { acquireAccount, sameAccountAgain, withRenewedToken } from './acquire-account.ts';
import type { Passage } from './circuits.ts';
import type { Exchange } from './exchange.ts';
import type { HopResult, UpstreamReply } from './hop.ts';
import { refusedAlikeElsewhere } from './second-opinion.ts';
import type { AttemptDeps, Ready, Walk } from './walk.ts';

/** How the attempts of a request ended: with a reply to pass on, or with what Headgate itself has to say. */
export type AttemptsEnd =
  | {
      readonly kind: 'reply';
      readonly reply: UpstreamReply;
      readonly account: Account;
      readonly final: boolean;
      readonly slot: Slot;
    }
  | { readonly kind: 'client_gone' }
  | { readonly kind: 'answer'; readonly ending: Exclude<Ending, 'relay' | 'relay_final'> }
  /** The upstream answers nobody, and is left alone until then. */
  | { readonly kind: 'circuit_open'; readonly until: EpochMs };

export async function makeAttempts(deps: AttemptDeps, exchange: Exchange): Promise<AttemptsEnd> {
  const family = modelFamily(exchange.model);
  const passage = deps.circuits.admit(family);
  if ('openUntil' in passage) return { kind: 'circuit_open', until: passage.openUntil };
  deps.budget.noteRequest(deps.now());
  const walk: Walk = {
    deps,
    exchange,
    tried: new Set(),
    past: [],
    renewed: new Set(),
    pending: [],
    family,
    owner: exchange.owner,
    rules: deps.rules(),
    patience: null,
  };
  try {
    return await walkOn(walk, passage);
  } finally {
    passage.settle(null, '');
    deps.verdicts.conclude(walk.pending);
  }
}

async function walkOn(walk: Walk, passage: Passage): Promise<AttemptsEnd> {
  const { exchange } = walk;
  let first: AttemptOutcome | null = null;
  let next = await chooseFirst(walk);
  while (next && !exchange.clientGone.aborted) {
    const outcome = await attempt(walk, next);
    first ??= outcome.judged?.outcome ?? null;
    if (outcome.kind === 'next') {
      next = outcome.ready;
      continue;
    }
    // Two accounts that refused alike tell of the request, not of the upstream.
    passage.settle(outcome.judged?.withdraw ? null : first, exchange.apiKey?.id ?? '');
    return outcome.end;
  }
  next?.slot.release();
  return exchange.clientGone.aborted ? { kind: 'client_gone' } : { kind: 'answer', ending: 'exhausted' };
}

type AttemptStep =
  | { readonly kind: 'next'; readonly ready: Ready; readonly judged: Judged }
  | { readonly kind: 'end'; readonly end: AttemptsEnd; readonly judged: Judged | null };

/** One attempt from sending to the decision what follows. Whatever happens, the account's place is given back. */
async function attempt(walk: Walk, ready: Ready): Promise<AttemptStep> {
  const { deps, exchange } = walk;
  const { account, slot } = ready;
  walk.tried.add(account.id);
  exchange.account = account;
  const startedAt = deps.now();
  const result = await send(walk, ready);
  if (result.kind === 'client_gone') {
    slot.end({ failed: false, usage: null });
    record(exchange, ready, { result, row: null, startedAt, endedAt: deps.now() });
    return { kind: 'end', end: { kind: 'client_gone' }, judged: null };
  }
  const reply = result.kind === 'reply' ? result.reply : null;
  try {
    const judged = await judgeAndPlan(walk, ready, outcomeOf(result));
    record(exchange, ready, { result, row: judged.row, startedAt, endedAt: deps.now() });
    walk.past.push({ accountId: account.id, row: judged.row, isProven: judged.isProven });
    const following = await follow(walk, ready, judged);
    if (following.kind === 'end' && reply && isRelay(following.ending)) {
      return { kind: 'end', end: { kind: 'reply', reply, account, final: following.ending === 'relay_final', slot }, judged };
    }
    reply?.discard();
    slot.end({ failed: true, usage: null });
    if (following.kind === 'next') return { ...following, judged };
    const ending = isRelay(following.ending) ? 'broken' : following.ending;
    return { kind: 'end', end: { kind: 'answer', ending }, judged };
  } catch (error) {
    reply?.discard();
    slot.end({ failed: true, usage: null });
    throw error;
  }
}

const isRelay = (ending: Ending): ending is 'relay' | 'relay_final' => ending === 'relay' || ending === 'relay_final';

/** The first account: the conversation's home, else whose turn it is. */
async function chooseFirst(walk: Walk): Promise<Ready | null> {
  const { deps, exchange } = walk;
  const ready = await acquireAccount(walk, { why: null, notKind: null, mayWait: true });
  const { conversation } = exchange;
  if (ready && conversation !== null && deps.pins.homeOf(conversation) === null)
    deps.pins.settle(conversation, ready.account.id, exchange.cacheMs);
  return ready;
}

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

type Judged = Plan & { readonly row: number; readonly outcome: AttemptOutcome; readonly renewed: UsableToken | null };

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
      isLoginOver: isCondemned(deps.pool.get(account.id)),
      struckBefore: deps.strikes.struckBefore(account.id, now),
      unexplainedBefore: deps.strikes.unexplainedBefore(account.id),
      rules: judgingFor(account, walk.rules.judging),
    });
    const situation = {
      accountId: account.id,
      past: walk.past,
      elapsedMs: now - exchange.startedAt,
      repeatable: isRepeatable(exchange.method, exchange.path),
    };
    return { row: verdict.row, ...planNext(verdict, situation, walk.rules.planning) };
  };

  let plan = judge(!walk.renewed.has(account.id) && deps.tokens.mayRenew(account.id, generation));
  let renewed: UsableToken | null = null;
  if (plan.step.do === 'renew') {
    walk.renewed.add(account.id);
    const token = await deps.tokens.renew(account.id, generation);
    if (token.kind === 'usable') renewed = token;
    else plan = judge(false);
  }
  deps.verdicts.settle(walk.pending, { account, generation, outcome, row: plan.row, plan });
  return { ...plan, outcome, renewed };
}

const isCondemned = (account: Account | undefined): boolean => account !== undefined && healthOf(account).state === 'invalid';

type Following = { readonly kind: 'end'; readonly ending: Ending } | { readonly kind: 'next'; readonly ready: Ready };

/** Carries a step out: waits, chooses, ensures a token; ends as the step says when there is nobody to go on with, or no time. */
async function follow(walk: Walk, current: Ready, { step, renewed, row }: Judged): Promise<Following> {
  const { deps, exchange } = walk;
  if (renewed) return afterRenewal(walk, current, renewed);
  if (step.do === 'renew') return { kind: 'end', ending: 'exhausted' };
  if (step.do === 'end') return { kind: 'end', ending: step.ending };
  const { backoff, planning } = walk.rules;
  if (step.backoff !== null) {
    if (!deps.budget.take(deps.now())) return { kind: 'end', ending: step.otherwise };
    await deps.delay(backoffMs(step.backoff, backoff.baseMs, backoff.maxMs, deps.random()), exchange.clientGone);
  }
  const ready = await nextReady(walk, current, step, row);
  if (ready === 'refused_alike') return { kind: 'end', ending: takeBack(walk, row) };
  if (!ready) return { kind: 'end', ending: step.otherwise };
  if (deps.now() - exchange.startedAt <= planning.maxElapsedMs) return { kind: 'next', ready };
  ready.slot.release();
  return { kind: 'end', ending: step.otherwise };
}

/** Once more with the new token; elsewhere when the account was limited, paused or removed meanwhile. */
async function afterRenewal(walk: Walk, current: Ready, token: UsableToken): Promise<Following> {
  giveBackPlace(current);
  const ready =
    withRenewedToken(walk.deps, current.account, token) ??
    (await acquireAccount(walk, { why: 'failover', notKind: null, mayWait: true }));
  return ready ? { kind: 'next', ready } : { kind: 'end', ending: 'exhausted' };
}

/** The attempt is over, and another one on the same account needs its place. */
const giveBackPlace = ({ slot }: Ready): void => slot.end({ failed: true, usage: null });

function onceMore(walk: Walk, current: Ready): Promise<Ready | null> {
  giveBackPlace(current);
  return sameAccountAgain(walk, current.account);
}

async function nextReady(walk: Walk, current: Ready, { on, otherwise }: Extract<Step, { do: 'attempt' }>, row: number) {
  const { account } = current;
  // An answer that could be relayed is not held back for somebody who may come free.
  const another = { why: 'failover', notKind: null, mayWait: otherwise === 'exhausted' } as const;
  switch (on) {
    case 'same':
      return onceMore(walk, current);
    case 'only_another': {
      const free = await acquireAccount(walk, { ...another, mayWait: false });
      if (free) return free;
      if (refusedAlikeElsewhere(walk, account, row)) return 'refused_alike';
      return another.mayWait ? acquireAccount(walk, another) : null;
    }
    case 'another_kind':
      return acquireAccount(walk, { ...another, notKind: account.kind });
    case 'prefer_another':
      return (await acquireAccount(walk, another)) ?? onceMore(walk, current);
  }
}

/** Other requests were refused by other accounts in the same way: no account is to blame. */
function takeBack({ deps, pending }: Walk, row: number): Ending {
  deps.verdicts.withdraw(pending, row);
  return row === 5 ? 'relay_final' : 'relay';
}

const judgingFor = ({ limits }: Account, rules: JudgingRules): JudgingRules =>
  limits.allowOverage === null ? rules : { ...rules, allowOverage: limits.allowOverage };

interface AttemptEnd {
  readonly result: HopResult;
  readonly row: number | null;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
}

function record(exchange: Exchange, { account, why, considered }: Ready, { result, row, startedAt, endedAt }: AttemptEnd): void {
  const reply = result.kind === 'reply' ? result.reply : null;
  exchange.attempts.push({
    accountId: account.id,
    accountName: account.name,
    why,
    considered,
    mayBeBilled: mayBeBilled(result),
    row,
    status: reply?.facts.status ?? null,
    upstreamRequestId: reply?.requestId ?? null,
    startedAt,
    // The clock may have been set back meanwhile.
    durationMs: Math.max(0, endedAt - startedAt),
  });
}
