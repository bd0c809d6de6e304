/** The simulated accounts: who they are, which credentials they have, and how much quota is left. */
import { type AccountLimits, createAccountLimits, type LimitOptions } from './limits/account-limits.ts';
import type { Randomness } from './randomness.ts';

export interface NewAccount extends LimitOptions {
  readonly name: string;
  readonly email?: string;
  readonly uuid?: string;
  readonly organization?: string;
  /** Given for a second account of the same organisation. */
  readonly organizationUuid?: string;
}

export interface SimulatedAccount {
  readonly name: string;
  readonly uuid: string;
  readonly email: string;
  readonly organizationUuid: string;
  readonly organizationName: string;
  readonly limits: AccountLimits;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Everything that came of one login. */
interface Family {
  readonly id: string;
  readonly account: SimulatedAccount;
  revoked: boolean;
  generation: number;
}

interface RefreshEntry {
  readonly family: Family;
  usedAt: number | null;
  /** What the first use was answered with, for the grace period. */
  successor: Issued | null;
}

interface AccessEntry {
  readonly account: SimulatedAccount;
  readonly family: Family | null;
  expiresAt: number;
}

/** A pair of tokens and where it stands. */
export interface Issued {
  readonly tokens: IssuedTokens;
  readonly account: SimulatedAccount;
  readonly family: string;
  readonly generation: number;
}

export type RefreshOutcome =
  | (Issued & { readonly kind: 'rotated' | 'repeated' })
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'reused' | 'revoked' };

export interface AccountsOptions {
  readonly now: () => number;
  readonly random: Randomness;
  readonly accessTokenTtlMs: number;
  /** How long a used refresh token is answered with its own successor instead of revoking the family; 0: not at all. */
  readonly reuseGraceMs: number;
}

/** Of each kind of token; the oldest are forgotten first. */
const MAX_TOKENS = 100_000;

function keep<T>(tokens: Map<string, T>, token: string, entry: T): void {
  tokens.set(token, entry);
  const [oldest] = tokens.keys();
  if (tokens.size > MAX_TOKENS && oldest !== undefined) tokens.delete(oldest);
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #accounts = new Map<string, SimulatedAccount>();
  readonly #access = new Map<string, AccessEntry>();
  readonly #refresh = new Map<string, RefreshEntry>();
  readonly #apiKeys = new Map<string, SimulatedAccount>();

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** @throws Error for a name that is taken, or a quota of what is no window */
  add(account: NewAccount): SimulatedAccount {
    const { random, now } = this.#options;
    const { name } = account;
    if (this.#accounts.has(name)) throw new Error(`there is a simulated account "${name}" already`);
    const added: SimulatedAccount = {
      name,
      uuid: account.uuid ?? random.uuid(),
      email: account.email ?? `${name}@example.test`,
      organizationUuid: account.organizationUuid ?? random.uuid(),
      organizationName: account.organization ?? `${name} org`,
      limits: createAccountLimits(account, now),
    };
    this.#accounts.set(name, added);
    return added;
  }

  list(): readonly SimulatedAccount[] {
    return [...this.#accounts.values()];
  }

  /** @throws Error for a name that was not added */
  get(name: string): SimulatedAccount {
    const account = this.#accounts.get(name);
    if (!account) throw new Error(`no simulated account "${name}"`);
    return account;
  }

  /** A new login: a family of refresh tokens of its own. */
  login(name: string): Issued {
    const id = `family-${this.#options.random.bytes(6).toString('hex')}`;
    return this.#issue({ id, account: this.get(name), revoked: false, generation: 0 });
  }

  issueStaticToken(name: string): string {
    const token = this.#options.random.secret('static');
    keep(this.#access, token, { account: this.get(name), family: null, expiresAt: Number.POSITIVE_INFINITY });
    return token;
  }

  issueApiKey(name: string): string {
    const key = this.#options.random.secret('key');
    keep(this.#apiKeys, key, this.get(name));
    return key;
  }

  /** Whose refresh token is this, good or not? */
  holderOf(refreshToken: string): { readonly account: string; readonly family: string } | null {
    const family = this.#refresh.get(refreshToken)?.family;
    return family ? { account: family.account.name, family: family.id } : null;
  }

  /** RFC 9700 section 4.14.2: a refresh token is good once; a second use revokes everything that came of the login. */
  rotate(refreshToken: string): RefreshOutcome {
    const entry = this.#refresh.get(refreshToken);
    if (!entry) return { kind: 'refused', reason: 'unknown' };
    const { family } = entry;
    if (family.revoked) return { kind: 'refused', reason: 'revoked' };
    const now = this.#options.now();
    if (entry.usedAt === null) {
      entry.usedAt = now;
      entry.successor = this.#issue(family);
      return { kind: 'rotated', ...entry.successor };
    }
    if (entry.successor && now - entry.usedAt < this.#options.reuseGraceMs) return { kind: 'repeated', ...entry.successor };
    this.#revokeFamily(family);
    return { kind: 'refused', reason: 'reused' };
  }

  /** The account behind a bearer token that is still good. */
  byAccessToken(token: string): SimulatedAccount | null {
    const entry = this.#access.get(token);
    return entry && entry.expiresAt > this.#options.now() ? entry.account : null;
  }

  byApiKey(key: string): SimulatedAccount | null {
    return this.#apiKeys.get(key) ?? null;
  }

  /** Whose credential is this, good or not? */
  ownerOf(credential: string): SimulatedAccount | null {
    return this.#access.get(credential)?.account ?? this.#apiKeys.get(credential) ?? null;
  }

  /** The owner withdrew the approval: nothing of the account is good any more. */
  revoke(name: string): void {
    const { name: known } = this.get(name);
    for (const { family } of this.#refresh.values()) if (family.account.name === known) family.revoked = true;
    for (const [token, entry] of this.#access) if (entry.account.name === known) this.#access.delete(token);
    for (const [key, account] of this.#apiKeys) if (account.name === known) this.#apiKeys.delete(key);
  }

  /** Those of logins; static tokens have no end. */
  expireAccessTokens(name: string): void {
    const { name: known } = this.get(name);
    for (const entry of this.#access.values()) if (entry.account.name === known && entry.family) entry.expiresAt = 0;
  }

  #issue(family: Family): Issued {
    const { now, random, accessTokenTtlMs } = this.#options;
    family.generation += 1;
    const expiresAt = now() + accessTokenTtlMs;
    const tokens = { accessToken: random.secret('at'), refreshToken: random.secret('rt'), expiresAt };
    keep(this.#access, tokens.accessToken, { account: family.account, family, expiresAt });
    keep(this.#refresh, tokens.refreshToken, { family, usedAt: null, successor: null });
    return { tokens, account: family.account, family: family.id, generation: family.generation };
  }

  #revokeFamily(family: Family): void {
    family.revoked = true;
    for (const [token, entry] of this.#access) if (entry.family === family) this.#access.delete(token);
  }
}
