/**
 * Which account serves this request? First who is eligible, then who need not wait for a token, then whose turn it is.
 * Pure: the pool hands in what it knows, and remembers the cursor and the pins.
 */
import { type Account, type AccountKind, isAvailable } from './account.ts';
import { isFresh } from './credential.ts';
import type { DurationMs, EpochMs } from './time.ts';

export interface SelectionQuery {
  readonly now: EpochMs;
  /** The request's model family; null when it names no model. */
  readonly family: string | null;
  /** Accounts that this request has tried. */
  readonly tried: ReadonlySet<string>;
  /** Only accounts of other kinds than this one. */
  readonly notKind: AccountKind | null;
  /** The account that holds the conversation, if any. */
  readonly home: string | null;
}

export interface Choice {
  readonly account: Account;
  readonly why: 'rotation' | 'affinity';
}

/** The account picked last; survives accounts coming and going, which an index would not. */
export interface Cursor {
  readonly createdAt: EpochMs;
  readonly id: string;
}

/** May this account serve this request now? */
const isEligible = (account: Account, query: SelectionQuery): boolean =>
  isAvailable(account, query.now) &&
  !query.tried.has(account.id) &&
  account.kind !== query.notKind &&
  !account.benches.some(({ family, until }) => family === query.family && until > query.now);

const compareCreation = (a: Cursor, b: Cursor): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The next eligible account after the cursor in creation order. One pass, no sort, no allocation, since it runs for every request.
 * A skipped account keeps its place: it is next as soon as it is eligible and the cursor has come round.
 */
function rotate(
  accounts: readonly Account[],
  query: SelectionQuery,
  cursor: Cursor | null,
  accept: (account: Account) => boolean,
): Account | null {
  let first: Account | null = null;
  let next: Account | null = null;
  for (const account of accounts) {
    if (!accept(account) || !isEligible(account, query)) continue;
    if (first === null || compareCreation(account, first) < 0) first = account;
    const isAfter = cursor !== null && compareCreation(account, cursor) > 0;
    if (isAfter && (next === null || compareCreation(account, next) < 0)) next = account;
  }
  return next ?? first;
}

type Policy = typeof rotate;

/** The selection policies by the name that the configuration gives them. */
const policies = { round_robin: rotate } satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;

export interface SelectionRules {
  readonly policy: PolicyName;
  /** A token with less than this left needs a refresh first. */
  readonly refreshBufferMs: DurationMs;
}

/** Picks an account, or null when none is eligible. */
export function selectAccount(
  accounts: readonly Account[],
  query: SelectionQuery,
  cursor: Cursor | null,
  { policy, refreshBufferMs }: SelectionRules,
): Choice | null {
  const home = query.home === null ? undefined : accounts.find(({ id }) => id === query.home);
  if (home && isEligible(home, query)) return { account: home, why: 'affinity' };
  const hasFreshToken = (account: Account): boolean => isFresh(account.expiresAt, query.now, refreshBufferMs);
  const pick = policies[policy];
  const account =
    pick(accounts, query, cursor, hasFreshToken) ?? pick(accounts, query, cursor, (candidate) => !hasFreshToken(candidate));
  return account && { account, why: 'rotation' };
}
