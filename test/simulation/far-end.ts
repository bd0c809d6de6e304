/**
 * The far end of the simulation: an upstream and an authorization server of which it is known what they know. Their books are kept by
 * their own code, so that the product's can be held against them.
 */

import { nobody } from '../../src/core/account.ts';
import { type ReplyFacts, statusOfErrorType } from '../../src/core/reply-facts.ts';
import type { EpochMs } from '../../src/core/time.ts';
import type { Hop, HopRequest, HopResult, UpstreamReply } from '../../src/gateway/hop.ts';
import type { TokenEndpoint, TokenEndpointAnswer } from '../../src/oauth/token-endpoint.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What an account does with the next requests. */
export type Mood =
  | 'well'
  | 'used_up'
  | 'family_used_up'
  | 'rejected_bare'
  | 'overage'
  | 'paused'
  | 'bare_429'
  | 'request_429'
  | 'unauthorized'
  | 'beta_missing'
  | 'refuses_account'
  | 'claude_code_only'
  | 'client_error'
  | 'redirect'
  | 'crash'
  | 'overloaded'
  | 'empty'
  | 'timeout'
  | 'silent'
  | 'unreachable'
  | 'stale'
  | 'breaks'
  | 'first_event_error';

const REVOCATION_TAKES_MS = 600_000;

/** Marks requests on paths that nobody knows: what is answered there says nothing about an account. */
export const NOVEL = '!';

export const MOODS: readonly Mood[] = [
  'used_up',
  'family_used_up',
  'rejected_bare',
  'overage',
  'paused',
  'bare_429',
  'request_429',
  'unauthorized',
  'beta_missing',
  'refuses_account',
  'claude_code_only',
  'client_error',
  'redirect',
  'crash',
  'overloaded',
  'empty',
  'timeout',
  'silent',
  'unreachable',
  'stale',
  'breaks',
  'first_event_error',
];

/** One account as the far end knows it. */
export interface FarAccount {
  readonly name: string;
  mood: Mood;
  /** How many more requests meet the mood. */
  moodLeft: number;
  /** The quota is used up until then; told with every refusal. */
  usedUpUntil: EpochMs;
  /** When it first said so. */
  toldAt: EpochMs;
  accessToken: string;
  accessEndsAt: EpochMs;
  refreshToken: string;
  /** Refresh tokens of this login that were used. */
  spent: Set<string>;
  /** A refresh token came that was spent already: nothing is good any more. */
  revoked: boolean;
  /** Why: by the script, or because a spent token came. */
  revokedBecause: 'script' | 'reuse' | null;
  /** By the far end's own clock; counts only where `revoked`. */
  revokedAt: EpochMs;
  /** The server rotated and nobody heard of it. */
  lostReply: boolean;
}

/** What the upstream saw of one request. */
export interface SeenAttempt {
  readonly request: string;
  readonly account: string;
  /** When the product sent it. */
  readonly startedAt: EpochMs;
  readonly billed: boolean;
  readonly whileUsedUp: boolean;
}

export type TokenMood = 'well' | 'unreachable' | 'lost_reply' | 'refuses_us' | 'throttles' | 'slow';

const isWork = ({ status, body }: ReplyFacts): boolean => status === 504 || (status === 200 && body === 'as_promised');

const U = 'anthropic-ratelimit-unified';
const HOUR = 3_600_000;

export class FarEnd {
  readonly accounts = new Map<string, FarAccount>();
  readonly seen: SeenAttempt[] = [];
  tokenMood: TokenMood = 'well';
  /** Accounts of which a spent refresh token came a second time. */
  #reused: string[] = [];
  readonly #time: VirtualTime;
  readonly #random: Random;
  #serial = 0;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  add(name: string, lifeMs: number): FarAccount {
    const account: FarAccount = {
      name,
      mood: 'well',
      moodLeft: 0,
      usedUpUntil: 0,
      toldAt: 0,
      accessToken: this.#token('at'),
      accessEndsAt: this.#steady() + lifeMs,
      refreshToken: this.#token('rt', name),
      spent: new Set(),
      revoked: false,
      revokedBecause: null,
      revokedAt: 0,
      lostReply: false,
    };
    this.accounts.set(name, account);
    return account;
  }

  /** Accounts of which a spent refresh token came again since the last call. */
  takeReuses(): readonly string[] {
    const reused = this.#reused;
    this.#reused = [];
    return reused;
  }

  /** A person signs in anew. */
  login(account: FarAccount, lifeMs: number): void {
    Object.assign(account, {
      accessToken: this.#token('at'),
      accessEndsAt: this.#steady() + lifeMs,
      refreshToken: this.#token('rt', account.name),
      spent: new Set(),
      revoked: false,
      revokedBecause: null,
      revokedAt: 0,
      lostReply: false,
    });
  }

  /** The upstream, as the gateway reaches it. */
  hop(dead: () => boolean, nameOf: (secret: string) => string | null): Hop {
    return {
      send: async (request) => {
        const startedAt = this.#steady();
        await this.#time.delay(1 + this.#random.int(400), request.clientGone);
        if (dead()) return new Promise<HopResult>(() => undefined);
        if (request.clientGone.aborted) return { kind: 'client_gone' };
        return this.#answer(request, startedAt, nameOf);
      },
      close: () => undefined,
    };
  }

  /** The authorization server, as the product reaches it. */
  endpoint(dead: () => boolean): Pick<TokenEndpoint, 'refresh' | 'configuration'> {
    return {
      configuration: () => 'simulated',
      refresh: async (refreshToken) => {
        const never = new AbortController().signal;
        const mood = this.tokenMood;
        await this.#time.delay(mood === 'slow' ? 5000 : 20, never);
        const answer = this.#refresh(refreshToken, mood);
        await this.#time.delay(20, never);
        return dead() ? new Promise<TokenEndpointAnswer>(() => undefined) : answer;
      },
    };
  }

  /** Is the access token good at this moment? */
  isGood(account: FarAccount, token: string): boolean {
    return !this.#isShut(account) && account.accessToken === token && this.#steady() < account.accessEndsAt;
  }

  /** What an owner takes back is refused at once where tokens are issued, and a while later where they are used. */
  #isShut({ revoked, revokedBecause, revokedAt }: FarAccount): boolean {
    return revoked && (revokedBecause !== 'script' || this.#steady() - revokedAt >= REVOCATION_TAKES_MS);
  }

  #refresh(refreshToken: string, mood: TokenMood): TokenEndpointAnswer {
    if (mood === 'unreachable') return { kind: 'unavailable', sent: 'no', message: 'refused' };
    if (mood === 'refuses_us') return { kind: 'refused', sent: 'answered', message: 'invalid_client' };
    if (mood === 'throttles') return { kind: 'throttled', retryAfterMs: 5000, message: 'slow down' };
    const account = [...this.accounts.values()].find((one) => one.refreshToken === refreshToken);
    if (!account || account.revoked) {
      for (const one of this.accounts.values()) {
        if (!one.spent.has(refreshToken) || one.revoked) continue;
        this.#reused.push(one.name);
        Object.assign(one, { revoked: true, revokedBecause: 'reuse' });
      }
      return { kind: 'rejected', message: 'invalid_grant' };
    }
    const lifeMs = (1 + this.#random.int(8)) * HOUR;
    account.spent.add(refreshToken);
    Object.assign(account, {
      accessToken: this.#token('at'),
      accessEndsAt: this.#steady() + lifeMs,
      refreshToken: this.#token('rt', account.name),
    });
    if (mood === 'lost_reply') {
      account.lostReply = true;
      return { kind: 'unavailable', sent: 'maybe', message: 'no answer' };
    }
    const { accessToken: secret, refreshToken: next } = account;
    const grant = {
      secret,
      refreshToken: next,
      expiresAt: this.#time.now() + lifeMs,
      loginExpiresAt: null,
      scopes: null,
      identity: nobody,
    };
    return { kind: 'granted', grant };
  }

  #answer({ secret, target }: HopRequest, startedAt: EpochMs, nameOf: (secret: string) => string | null): HopResult {
    const account = this.accounts.get(nameOf(secret) ?? '');
    if (!account) return this.#reply(401, {}, 'authentication_error', 'Invalid bearer token');
    const isNovel = target.endsWith(NOVEL);
    const mood = isNovel ? 'well' : this.#takeMood(account);
    const whileUsedUp = !isNovel && this.#time.now() < account.usedUpUntil;
    const good = this.isGood(account, secret);
    const result = good
      ? this.#inMood(account, mood, whileUsedUp)
      : this.#reply(401, {}, 'authentication_error', 'OAuth token has expired');
    const billed =
      result.kind === 'reply' ? isWork(result.reply.facts) : result.kind === 'broken' || result.kind === 'no_reply_in_time';
    this.seen.push({
      request: target,
      account: account.name,
      startedAt,
      billed: good && billed,
      whileUsedUp: good && whileUsedUp,
    });
    return result;
  }

  #takeMood(account: FarAccount): Mood {
    if (account.moodLeft <= 0) return 'well';
    account.moodLeft -= 1;
    return account.mood;
  }

  #inMood(account: FarAccount, mood: Mood, whileUsedUp: boolean): HopResult {
    const now = this.#time.now();
    const seconds = (at: EpochMs) => String(Math.ceil(at / 1000));
    if (whileUsedUp || mood === 'used_up') {
      if (!whileUsedUp)
        Object.assign(account, { usedUpUntil: now + (1 + this.#random.int(300)) * 60_000, toldAt: this.#steady() });
      return this.#reply(
        429,
        { [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: seconds(account.usedUpUntil) },
        'rate_limit_error',
        'used up',
      );
    }
    switch (mood) {
      case 'family_used_up':
        return this.#reply(
          429,
          { [`${U}-7d_opus-status`]: 'rejected', [`${U}-7d_opus-reset`]: seconds(now + HOUR) },
          'rate_limit_error',
          'family',
        );
      case 'rejected_bare':
        return this.#reply(429, { [`${U}-status`]: 'rejected', 'retry-after': '40' }, 'rate_limit_error', 'bare');
      case 'overage':
        return this.#reply(200, { [`${U}-overage-in-use`]: 'true', [`${U}-reset`]: seconds(now + HOUR) });
      case 'paused':
        return this.#reply(429, { 'retry-after': String(1 + this.#random.int(60)) }, 'rate_limit_error', 'paused');
      case 'bare_429':
        return this.#reply(429, {}, 'rate_limit_error', 'Too many requests');
      case 'request_429':
        return this.#reply(429, {}, 'rate_limit_error', 'Error');
      case 'unauthorized':
        return this.#reply(401, {}, 'authentication_error', 'Invalid bearer token');
      case 'beta_missing':
        return this.#reply(401, {}, 'authentication_error', 'OAuth authentication is currently not supported.');
      case 'refuses_account':
        return this.#reply(403, {}, 'permission_error', 'This organization has been disabled.');
      case 'claude_code_only':
        return this.#reply(400, {}, 'invalid_request_error', 'only authorized for use with Claude Code');
      case 'client_error':
        return this.#reply(400, {}, 'invalid_request_error', 'messages: Field required');
      case 'redirect':
        return this.#reply(302, {});
      case 'crash':
        return this.#reply(500, {}, 'api_error', 'crash');
      case 'overloaded':
        return this.#reply(529, {}, 'overloaded_error', 'Overloaded');
      case 'empty':
        return this.#reply(200, {});
      case 'timeout':
        return this.#reply(504, {}, 'timeout_error', 'timeout');
      case 'silent':
        return { kind: 'no_reply_in_time' };
      case 'unreachable':
        return { kind: 'not_sent' };
      case 'stale':
        return { kind: 'stale_socket' };
      case 'breaks':
        return { kind: 'broken' };
      case 'first_event_error':
        return this.#reply(statusOfErrorType('overloaded_error'), {}, 'overloaded_error', 'Overloaded');
      default:
        return this.#reply(200, {
          [`${U}-5h-utilization`]: this.#random.next().toFixed(2),
          [`${U}-5h-reset`]: seconds(now + HOUR),
        });
    }
  }

  #reply(status: number, headers: Record<string, string>, errorType: string | null = null, message = ''): HopResult {
    // An answer that promised JSON and brought nothing is known by its having no headers at all.
    const body = status === 200 && Object.keys(headers).length === 0 ? 'missing' : 'as_promised';
    const usage = status === 200 ? { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheCreationTokens: 0 } : null;
    const reply: UpstreamReply = {
      facts: { status, headers, errorType, message, body },
      status,
      streamed: false,
      requestId: null,
      relay: async () => {
        await this.#time.delay(this.#random.int(2000), new AbortController().signal);
        return { kind: this.#random.chance(0.02) ? 'cut' : 'complete', bytes: 1, firstByteAt: this.#time.now(), usage };
      },
      read: async () => Buffer.from('{}'),
      discard: () => undefined,
    };
    return { kind: 'reply', reply };
  }

  /** The far end's own clock, which nobody sets. */
  #steady(): EpochMs {
    return this.#time.steady();
  }

  #token(kind: string, name = ''): string {
    this.#serial += 1;
    return `${kind}_${this.#serial}|${name}`;
  }
}
