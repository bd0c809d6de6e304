/** An account for the next attempt: choose, wait when one is about to come free, and see to its token. */
import type { PoolChoice, PoolQuery } from '../accounts/account-pool.ts';
import type { Slot } from '../accounts/pool-entry.ts';
import type { UsableToken } from '../accounts/token-manager.ts';
import { type Account, isAvailable } from '../core/account.ts';
import type { AttemptReason, Considered } from '../requests/request-record.ts';
import type { Leaving } from './leaving.ts';
import { isBeingDecided } from './second-opinion.ts';
import type { AttemptDeps, Patience, Ready, Walk } from './walk.ts';

export interface Wanted {
  /** Overrides what the pool says about its choice. */
  readonly why: AttemptReason | null;
  /** Only accounts of another kind. */
  readonly notKind: Account['kind'] | null;
  /** Wait for an account that recovers soon, as long as the request may. */
  readonly mayWait: boolean;
}

/** The next eligible account whose token may be sent; those whose token cannot be had are passed over. Null when there is none. */
export async function acquireAccount(walk: Walk, { why, notKind, mayWait }: Wanted): Promise<Ready | null> {
  const { exchange, tried } = walk;
  while (!exchange.clientGone.aborted) {
    const choice = choose(walk, notKind) ?? (mayWait ? await waitForChoice(walk, notKind) : null);
    if (!choice) return null;
    const ready = await withToken(walk, choice, why ?? (walk.owner === null ? choice.why : 'owner'));
    if (ready) return ready;
    tried.add(choice.account.id);
  }
  return null;
}

const queryOf = (walk: Walk, notKind: Wanted['notKind']): PoolQuery => ({
  family: walk.family,
  tried: walk.tried,
  notKind,
  only: walk.owner,
  home: homeOf(walk),
  evenOnProbation: false,
});

/** The conversation's home; while that is away, the account where its last turn was a guest: a third one would have no cache of it. */
function homeOf({ deps, exchange, tried }: Walk): PoolQuery['home'] {
  const pin = exchange.conversation === null ? null : deps.pins.homeOf(exchange.conversation);
  if (pin === null || pin.host === null) return pin;
  const home = deps.pool.get(pin.accountId);
  const isAway = home === undefined || tried.has(home.id) || !isAvailable(home, deps.now());
  return isAway ? { accountId: pin.host, isCold: pin.isCold } : pin;
}

const choose = (walk: Walk, notKind: Wanted['notKind']): PoolChoice | null => walk.deps.pool.choose(queryOf(walk, notKind));

/**
 * Looks again whenever something changes, until the request has waited as long as it may. At the end it even takes an account that is
 * being tried by another request: better two on trial than one refused.
 */
async function waitForChoice(walk: Walk, notKind: Wanted['notKind']): Promise<PoolChoice | null> {
  const { deps, exchange } = walk;
  const tried = triedForGood(walk);
  const query = () => ({ ...queryOf(walk, notKind), tried });
  walk.patience ??= startPatience(walk);
  const { patience } = walk;
  while (!exchange.clientGone.aborted && !patience.isOver) {
    const chance = deps.pool.nextChance(query());
    const recoversSoon = chance !== null && chance - deps.now() <= walk.rules.waitForAccountMs;
    if (!recoversSoon && !isBeingDecided(walk)) return null;
    const ahead = recoversSoon ? chance - deps.now() : 0;
    exchange.waited = true;
    await nextChange(walk, patience, ahead);
    const choice = deps.pool.choose(query());
    if (choice) return choice;
  }
  return exchange.clientGone.aborted ? null : deps.pool.choose({ ...query(), evenOnProbation: true });
}

/** By a timer, not by the clock on the wall, which somebody may set meanwhile. */
function startPatience({ deps, exchange, rules }: Walk): Patience {
  const patience: Patience = {
    isOver: false,
    end: deps.delay(rules.waitForAccountMs, exchange.clientGone).then(() => {
      patience.isOver = true;
    }),
  };
  return patience;
}

/** Without those that refused this request and are in their cooldown: once that is over they may be asked again. */
const triedForGood = ({ deps, tried }: Walk): ReadonlySet<string> =>
  new Set([...tried].filter((id) => deps.pool.get(id)?.status.state !== 'rate_limited'));

/** Resolves when the pool has changed, when somebody recovers in `ms` (0: at an unknown time), or when patience or client are gone. */
async function nextChange({ deps }: Walk, patience: Patience, ms: number): Promise<void> {
  const over = new AbortController();
  const changed = Promise.withResolvers<void>();
  const callOff = deps.pool.onceChance(changed.resolve);
  const waits = [changed.promise, patience.end, ...(ms > 0 ? [deps.delay(ms, over.signal)] : [])];
  await Promise.race(waits);
  over.abort();
  callOff();
}

/** The place on the account is given back when there is no token for it, for whatever reason. */
async function withToken(walk: Walk, { account, slot, considered }: PoolChoice, why: AttemptReason): Promise<Ready | null> {
  let token: UsableToken | null = null;
  try {
    // Nearly always there is a token, and nothing to wait for.
    token = walk.deps.tokens.freshToken(account.id) ?? (await tokenToWaitFor(walk, account));
  } finally {
    if (!token) slot.release();
  }
  return token && readyWith(token, { account, slot, why, considered });
}

/** Null also when another request has learnt meanwhile that the account cannot serve, and when the client has left. */
async function tokenToWaitFor({ deps, exchange }: Walk, { id }: Account): Promise<UsableToken | null> {
  const token = await beforeLeaving(deps.tokens.ensureFresh(id), exchange.clientGone);
  return token?.kind === 'usable' && !exchange.clientGone.aborted && canStillServe(deps, id) ? token : null;
}

/** A refresh goes on without the client that waited for it; the request does not. Null when the client leaves first. */
async function beforeLeaving<T>(work: Promise<T>, clientGone: Leaving): Promise<T | null> {
  if (clientGone.aborted) return null;
  const left = Promise.withResolvers<null>();
  const onLeave = () => left.resolve(null);
  clientGone.addEventListener('abort', onLeave);
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    clientGone.removeEventListener('abort', onLeave);
  }
}

/** The same account once more with the token that it has now, unless it was paused, removed or condemned meanwhile. */
export async function sameAccountAgain(walk: Walk, { id }: Account): Promise<Ready | null> {
  const latest = walk.deps.pool.get(id);
  if (!latest || !canStillServe(walk.deps, id)) return null;
  return withToken(walk, { account: latest, slot: walk.deps.pool.reserve(id), why: 'rotation', considered: NOBODY }, 'retry');
}

/** The same account with the token that was just renewed; null when it was paused, limited or removed meanwhile. */
export const withRenewedToken = (deps: AttemptDeps, account: Account, token: UsableToken): Ready | null =>
  canStillServe(deps, account.id)
    ? readyWith(token, { account, slot: deps.pool.reserve(account.id), why: 'renewed', considered: NOBODY })
    : null;

const canStillServe = ({ pool }: AttemptDeps, id: string): boolean => pool.get(id)?.status.state === 'active';

const NOBODY: readonly Considered[] = [];

interface Place {
  readonly account: Account;
  readonly slot: Slot;
  readonly why: AttemptReason;
  readonly considered: readonly Considered[];
}

const readyWith = ({ secret, generation }: UsableToken, place: Place): Ready => ({ ...place, secret, generation });
