/**
 * Headgate's side of the replay: accounts as it knows them from replies, judged, marked and chosen by the very rules of the product.
 * What is left out is what quotas do not touch: tokens, broken connections, faults of the upstream.
 */
import { type Account, nobody, noOwnLimits } from '../core/account.ts';
import { transition } from '../core/account-machine.ts';
import { staysHome } from '../core/affinity.ts';
import type { Candidate } from '../core/eligibility.ts';
import { judgeAttempt, type Mark } from '../core/judge-attempt.ts';
import { mergeWindows, readRateLimits } from '../core/rate-limit-headers.ts';
import { type Cursor, Roster } from '../core/roster.ts';
import { type Choice, type Home, type SelectionRules, selectAccount } from '../core/select-account.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';
import type { Contender } from './contenders.ts';
import { DAY_MS } from './trace.ts';
import type { WorldReply } from './world-account.ts';

/** As the product has them when nothing is configured. */
const PIN_LIFE_MS: DurationMs = 3_600_000;
const CACHE_LIFE_MS: DurationMs = 5 * 60_000;
const MACHINE = { maxCooldownMs: 7 * DAY_MS };
const JUDGING = {
  kind: 'oauth',
  knownPath: true,
  isMessages: true,
  mayRenew: false,
  isLoginOver: false,
  struckBefore: false,
  unexplainedBefore: 0,
  rules: { defaultCooldownMs: 3_600_000, allowOverage: false },
} as const;
const REFUSAL = 'This request would exceed your account’s rate limit.';
const SELECTION: Omit<SelectionRules, 'policy' | 'moveCold'> = {
  refreshBufferMs: 60_000,
  maxConcurrency: null,
  maxUtilization: 1,
};

/** One account as the pool knows it. */
export interface Member extends Candidate {
  readonly index: number;
  account: Account;
  inFlight: number;
  lastUsedAt: EpochMs | null;
}

interface Pin {
  readonly member: Member;
  readonly usedAt: EpochMs;
}

export interface Request {
  readonly conversation: string | null;
  readonly family: string | null;
}

export class PlannedPool {
  readonly #members: readonly Member[];
  readonly #roster: Roster;
  readonly #rules: SelectionRules;
  readonly #pins: Map<string, Pin> | null;
  #cursor: Cursor | null = null;

  constructor({ policy, moveCold, keepsConversations }: Contender, accounts: number, createdAt: EpochMs) {
    this.#members = Array.from({ length: accounts }, (_, index) => newMember(index, createdAt));
    this.#roster = new Roster(this.#members);
    this.#rules = { ...SELECTION, policy, moveCold };
    this.#pins = keepsConversations ? new Map() : null;
  }

  get accounts(): readonly Account[] {
    return this.#members.map(({ account }) => account);
  }

  /** Who serves the request next; null when nobody is eligible. */
  choose(request: Request, tried: ReadonlySet<string>, now: EpochMs): Member | null {
    const home = this.#homeOf(request, now);
    const query = { now, family: request.family, tried, notKind: null, only: null, evenOnProbation: false, home };
    const choice: Choice | null = selectAccount(this.#roster, query, this.#cursor, this.#rules);
    if (!choice) return null;
    const { id, createdAt } = choice.candidate.account;
    if (choice.why === 'rotation') this.#cursor = { id, createdAt };
    const member = choice.candidate as Member;
    this.#apply(member, { type: 'cooldown_elapsed', at: now });
    member.inFlight += 1;
    this.#roster.noteChange(member.index);
    return member;
  }

  /** Takes note of what the account answered. Returns whether the answer goes to the client; else another account is asked. */
  hear(member: Member, request: Request, reply: WorldReply, now: EpochMs): boolean {
    if (reply.kind === 'served') {
      this.#note(member, reply.windows);
      this.#settle(request, member, now);
      return true;
    }
    const { headers } = reply;
    const facts = { status: 429, headers, errorType: 'rate_limit_error', message: REFUSAL, body: 'as_promised' } as const;
    const judging = { ...JUDGING, now, family: request.family };
    const { mark, next } = judgeAttempt({ kind: 'reply', reply: facts }, judging);
    this.#note(member, readRateLimits(headers, now).windows);
    this.#mark(member, mark, now);
    return next === 'relay';
  }

  /** An attempt on the account is over. */
  release(member: Member, now: EpochMs): void {
    member.inFlight -= 1;
    member.lastUsedAt = now;
    this.#roster.noteChange(member.index);
  }

  #note(member: Member, reported: Account['windows']): void {
    const windows = mergeWindows(member.account.windows, reported);
    if (windows === member.account.windows) return;
    member.account = { ...member.account, windows };
    this.#roster.noteChange(member.index);
  }

  #homeOf({ conversation }: Request, now: EpochMs): Home | null {
    const pin = conversation === null ? undefined : this.#pins?.get(conversation);
    if (!pin || now - pin.usedAt >= PIN_LIFE_MS) return null;
    return { candidate: pin.member, isCold: now - pin.usedAt >= CACHE_LIFE_MS };
  }

  #settle({ conversation }: Request, member: Member, usedAt: EpochMs): void {
    if (!this.#pins || conversation === null) return;
    const home = this.#homeOf({ conversation, family: null }, usedAt)?.candidate as Member | undefined;
    const isGuest = home !== undefined && home !== member && staysHome(home.account, usedAt);
    this.#pins.set(conversation, { member: isGuest ? home : member, usedAt });
  }

  #mark(member: Member, mark: Mark, at: EpochMs): void {
    if (mark.kind === 'quota_rejected') {
      this.#apply(member, { type: 'quota_rejected', at, until: mark.until, cause: mark.cause, mark: null });
    } else if (mark.kind !== 'none' && mark.kind !== 'success') {
      // Windows of single families, throttles and refusals of credentials do not occur in this world.
      throw new Error(`the replay has no place for a mark of kind ${mark.kind}`);
    }
  }

  #apply(member: Member, event: Parameters<typeof transition>[1]): void {
    member.account = transition(member.account, event, MACHINE).account;
    this.#roster.noteChange(member.index);
  }
}

/** The operator's order is that of creation, so that the `priority` policy fills one account after the other. */
function newMember(index: number, createdAt: EpochMs): Member {
  const id = `acc_${String(index).padStart(4, '0')}`;
  const account: Account = {
    id,
    name: id,
    kind: 'oauth',
    status: { state: 'active' },
    generation: 1,
    expiresAt: null,
    loginExpiresAt: null,
    authorizedAt: null,
    identity: nobody,
    priority: index,
    limits: noOwnLimits,
    windows: [],
    benches: [],
    lastRefreshedAt: null,
    lastRefreshError: null,
    revision: 1,
    createdAt: createdAt + index,
    updatedAt: createdAt,
  };
  return { index, account, inFlight: 0, lastUsedAt: null, onProbation: false };
}
