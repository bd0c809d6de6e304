/**
 * The account status machine: (account, event) → (next account, effects).
 *
 * The table at the bottom is the whole truth; its type makes it total, so that a new status or a new event
 * does not compile until every cell is filled in. Nothing here performs an effect. A cell that changes
 * nothing returns the very same object, so that its caller knows there is nothing to write or to announce.
 */
import {
  type Account,
  type AccountState,
  type AccountStatus,
  type Health,
  healthOf,
  type InvalidReason,
  type LimitCause,
  type RateLimited,
} from './account.ts';
import { isOver } from './spell.ts';
import type { DurationMs, EpochMs } from './time.ts';

interface At<T extends string> {
  readonly type: T;
  readonly at: EpochMs;
}

interface Limit {
  readonly until: EpochMs;
  readonly cause: LimitCause;
  /** Set while the evidence is provisional; a sibling's answer then confirms or withdraws it. */
  readonly mark: string | null;
}

/** About a credential: names the generation that was judged, or that is new. */
interface AboutCredential {
  readonly generation: number;
}

interface NewTokens extends AboutCredential {
  readonly expiresAt: EpochMs | null;
  readonly loginExpiresAt: EpochMs | null;
}

export type AccountEvent =
  | (At<'quota_rejected'> & Limit)
  | (At<'throttled'> & Limit)
  | (At<'credential_rejected'> & AboutCredential & { readonly reason: InvalidReason })
  | (At<'refreshed'> & NewTokens)
  | At<'cooldown_elapsed'>
  | At<'disabled'>
  | At<'idle'>
  | At<'enabled'>
  | (At<'verified'> & AboutCredential)
  | (At<'reauthorized'> & NewTokens)
  | (At<'mark_withdrawn'> & { readonly mark: string })
  | At<'limit_cleared'>;

export type EventType = AccountEvent['type'];

/** What the caller should set in motion: a refresh (for static kinds a minimal request), or a word to the operator. */
export type Effect = 'start_proof' | 'alert_operator';

export interface Transition {
  readonly account: Account;
  readonly effects: readonly Effect[];
}

export interface MachineRules {
  /** No cooldown reaches further ahead than this (`accounts.max_cooldown`). */
  readonly maxCooldownMs: DurationMs;
}

type EventOf<T extends EventType> = Extract<AccountEvent, { type: T }>;
type Cell<T extends EventType> = (account: Account, event: EventOf<T>, rules: MachineRules) => Transition;
type Table = { readonly [S in AccountState]: { readonly [T in EventType]: Cell<T> } };
type LimitEvent = EventOf<'quota_rejected'> | EventOf<'throttled'>;

const ACTIVE: Health = { state: 'active' };

// --- the moves a cell can make ------------------------------------------------------------------

const stay = (account: Account): Transition => ({ account, effects: [] });

const to = (account: Account, status: AccountStatus, ...effects: Effect[]): Transition => ({
  account: { ...account, status },
  effects,
});

/** The later `until` wins: weaker or later news never shortens a cooldown. Returns `health` itself when nothing changes. */
function limited(health: Health, event: LimitEvent, rules: MachineRules): Health {
  if (health.state === 'invalid') return health;
  const until = Math.min(Math.max(event.until, event.at + 1), event.at + rules.maxCooldownMs);
  const before = health.state === 'rate_limited' && !isOver(health, event.at) ? health : null;
  const fresh = { since: event.at, until, cause: event.cause };
  if (!before) return { state: 'rate_limited', ...fresh, mark: event.mark, proven: null };
  if (event.mark === null && before.mark !== null) return withProof(before, fresh);
  if (until <= before.until) return before;
  return { state: 'rate_limited', ...fresh, mark: event.mark, proven: event.mark === null ? null : provenOf(before) };
}

/** Proven evidence arrives while a provisional mark runs: it takes over when longer, else it is what remains after a withdrawal. */
function withProof(before: RateLimited, fresh: Pick<RateLimited, 'since' | 'until' | 'cause'>): RateLimited {
  if (fresh.until >= before.until) return { state: 'rate_limited', ...fresh, mark: null, proven: null };
  if (before.proven && before.proven.until >= fresh.until) return before;
  return { ...before, proven: { until: fresh.until, cause: fresh.cause } };
}

const provenOf = (limit: RateLimited): RateLimited['proven'] =>
  limit.mark === null ? { until: limit.until, cause: limit.cause } : limit.proven;

/** Takes a mark's cooldown away; what was proven before it stays. Returns `health` itself when the cooldown is not that mark's. */
function withdrawn(health: Health, event: EventOf<'mark_withdrawn'>): Health {
  if (health.state !== 'rate_limited' || health.mark !== event.mark) return health;
  const { proven, since } = health;
  return proven && proven.until > event.at ? { state: 'rate_limited', since, ...proven, mark: null, proven: null } : ACTIVE;
}

/** What a paused account comes back to: never better than what it was, apart from the time that has passed. */
const resumed = (health: Health, at: EpochMs): Health =>
  health.state === 'rate_limited' && isOver(health, at) ? ACTIVE : health;

const sameHealth = (account: Account, before: Health, after: Health): Transition =>
  after === before ? stay(account) : to(account, after);

const sameResume = (account: Account, after: Health): Transition => {
  if (account.status.state !== 'inactive' || account.status.resume === after) return stay(account);
  return to(account, { ...account.status, resume: after });
};

const isOlder = (generation: number, account: Account): boolean => generation < account.generation;

const withTokens = (account: Account, { generation, expiresAt, loginExpiresAt }: NewTokens): Account => ({
  ...account,
  generation,
  expiresAt,
  loginExpiresAt: loginExpiresAt ?? account.loginExpiresAt,
});

// --- cells --------------------------------------------------------------------------------------

const limit = (account: Account, event: LimitEvent, rules: MachineRules): Transition =>
  sameHealth(account, healthOf(account), limited(healthOf(account), event, rules));

const rememberLimit = (account: Account, event: LimitEvent, rules: MachineRules): Transition =>
  sameResume(account, limited(healthOf(account), event, rules));

const invalidate: Cell<'credential_rejected'> = (account, { at, generation, reason }) =>
  isOlder(generation, account) ? stay(account) : to(account, { state: 'invalid', reason, since: at }, 'alert_operator');

const rememberInvalid: Cell<'credential_rejected'> = (account, { at, generation, reason }) => {
  if (isOlder(generation, account) || healthOf(account).state === 'invalid') return stay(account);
  return sameResume(account, { state: 'invalid', reason, since: at });
};

/** A definite reason takes the place of a doubt; any other reason stays as it was first given. */
const settleDoubt: Cell<'credential_rejected'> = (account, event, rules) =>
  account.status.state === 'invalid' && account.status.reason === 'restored' ? invalidate(account, event, rules) : stay(account);

/**
 * Kept in every status, since the refresh token it replaces is spent (RFC 6749 section 6). The status stays:
 * a refresh never clears a limit, never enables, and proves nothing unless somebody asked for a proof.
 */
const keepTokens: Cell<'refreshed'> = (account, event) =>
  event.generation <= account.generation ? stay(account) : { account: withTokens(account, event), effects: [] };

const coolDownOver: Cell<'cooldown_elapsed'> = (account, { at }) => {
  const health = healthOf(account);
  return sameHealth(account, health, resumed(health, at));
};

const pause =
  (by: 'person' | 'idle') =>
  (account: Account, { at }: { at: EpochMs }): Transition =>
    to(account, { state: 'inactive', since: at, by, resume: healthOf(account) });

/** A person's pause outranks one by the product, so that traffic-driven reactivation can never undo it. */
const claimPause: Cell<'disabled'> = (account) =>
  account.status.state === 'inactive' && account.status.by !== 'person'
    ? to(account, { ...account.status, by: 'person' })
    : stay(account);

const resume: Cell<'enabled'> = (account, { at }) => {
  const health = resumed(healthOf(account), at);
  return health.state === 'invalid' ? to(account, health, 'start_proof') : to(account, health);
};

const proveAgain: Cell<'enabled'> = (account) => ({ account, effects: ['start_proof'] });

const acquit: Cell<'verified'> = (account, { generation }) =>
  isOlder(generation, account) ? stay(account) : to(account, ACTIVE);

const forgetInvalid: Cell<'verified'> = (account, { generation }) =>
  isOlder(generation, account) || healthOf(account).state !== 'invalid' ? stay(account) : sameResume(account, ACTIVE);

/** The end of the former login says nothing about this one. */
const withLogin = (account: Account, event: EventOf<'reauthorized'>): Account => ({
  ...withTokens(account, event),
  loginExpiresAt: event.loginExpiresAt,
  authorizedAt: event.at,
});

/** A new login beats every refresh that began before it: its generation is always the newest. */
const takeLogin: Cell<'reauthorized'> = (account, event) =>
  event.generation <= account.generation ? stay(account) : { account: withLogin(account, event), effects: [] };

const takeLoginAndServe: Cell<'reauthorized'> = (account, event) =>
  event.generation <= account.generation ? stay(account) : to(withLogin(account, event), ACTIVE);

const takeLoginForLater: Cell<'reauthorized'> = (account, event) => {
  if (event.generation <= account.generation) return stay(account);
  const renewed = withLogin(account, event);
  return healthOf(renewed).state === 'active' ? { account: renewed, effects: [] } : sameResume(renewed, ACTIVE);
};

const withdraw: Cell<'mark_withdrawn'> = (account, event) =>
  sameHealth(account, healthOf(account), withdrawn(healthOf(account), event));

const forgetMark: Cell<'mark_withdrawn'> = (account, event) => sameResume(account, withdrawn(healthOf(account), event));

const clearLimit: Cell<'limit_cleared'> = (account) => to(account, ACTIVE);

const forgetLimit: Cell<'limit_cleared'> = (account) =>
  healthOf(account).state === 'rate_limited' ? sameResume(account, ACTIVE) : stay(account);

// --- the table ----------------------------------------------------------------------------------

export const table = {
  active: {
    quota_rejected: limit,
    throttled: limit,
    credential_rejected: invalidate,
    refreshed: keepTokens,
    cooldown_elapsed: stay,
    disabled: pause('person'),
    idle: pause('idle'),
    enabled: stay,
    verified: stay,
    reauthorized: takeLogin,
    mark_withdrawn: stay,
    limit_cleared: stay,
  },
  rate_limited: {
    quota_rejected: limit,
    throttled: limit,
    credential_rejected: invalidate,
    refreshed: keepTokens,
    cooldown_elapsed: coolDownOver,
    disabled: pause('person'),
    idle: pause('idle'),
    enabled: stay,
    verified: stay,
    reauthorized: takeLogin,
    mark_withdrawn: withdraw,
    limit_cleared: clearLimit,
  },
  inactive: {
    quota_rejected: rememberLimit,
    throttled: rememberLimit,
    credential_rejected: rememberInvalid,
    refreshed: keepTokens,
    cooldown_elapsed: stay,
    disabled: claimPause,
    idle: stay,
    enabled: resume,
    verified: forgetInvalid,
    reauthorized: takeLoginForLater,
    mark_withdrawn: forgetMark,
    limit_cleared: forgetLimit,
  },
  invalid: {
    quota_rejected: stay,
    throttled: stay,
    credential_rejected: settleDoubt,
    refreshed: keepTokens,
    cooldown_elapsed: stay,
    disabled: pause('person'),
    idle: pause('idle'),
    enabled: proveAgain,
    verified: acquit,
    reauthorized: takeLoginAndServe,
    mark_withdrawn: stay,
    limit_cleared: stay,
  },
} satisfies Table;

/** Applies one event. Returns the same account object when the event changes nothing. */
export function transition(account: Account, event: AccountEvent, rules: MachineRules): Transition {
  const cell = table[account.status.state][event.type] as (
    account: Account,
    event: AccountEvent,
    rules: MachineRules,
  ) => Transition;
  return cell(account, event, rules);
}
