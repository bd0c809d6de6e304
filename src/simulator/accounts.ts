/** The simulated accounts: who they are, which credentials they have, and how much quota is left. */
import { randomBytes, randomUUID } from 'node:crypto';

export interface NewAccount {
  readonly name: string;
  readonly email?: string;
  readonly organization?: string;
  /** Requests that a window grants; absent: no bound. */
  readonly quota?: Readonly<Partial<Record<'5h' | '7d', number>>>;
}

export interface QuotaState {
  readonly name: '5h' | '7d';
  readonly lengthMs: number;
  readonly limit: number;
  used: number;
  resetAt: number;
}

export interface SimulatedAccount {
  readonly name: string;
  readonly uuid: string;
  readonly email: string;
  readonly organizationUuid: string;
  readonly organizationName: string;
  readonly quota: readonly QuotaState[];
  /** Conversations whose prompt is cached for this organisation, by the instant of their last use. */
  readonly cache: Map<string, number>;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

interface Family {
  readonly account: SimulatedAccount;
  revoked: boolean;
  generation: number;
}

interface RefreshEntry {
  readonly family: Family;
  usedAt: number | null;
  /** What the first use was answered with, for the grace period. */
  successor: IssuedTokens | null;
}

interface AccessEntry {
  readonly account: SimulatedAccount;
  readonly family: Family | null;
  expiresAt: number;
}

export type RefreshOutcome =
  | { readonly kind: 'rotated'; readonly tokens: IssuedTokens; readonly account: SimulatedAccount; readonly generation: number }
  | { readonly kind: 'refused'; readonly account: SimulatedAccount | null };

export interface AccountsOptions {
  readonly now: () => number;
  readonly accessTokenTtlMs: number;
  /** How long a used refresh token is answered with its own successor instead of revoking the family; 0: not at all. */
  readonly reuseGraceMs: number;
}

const HOUR = 3_600_000;
const made = (kind: string): string => `sim-${kind}-${randomBytes(24).toString('base64url')}`;

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #accounts = new Map<string, SimulatedAccount>();
  readonly #access = new Map<string, AccessEntry>();
  readonly #refresh = new Map<string, RefreshEntry>();
  readonly #apiKeys = new Map<string, SimulatedAccount>();

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  add({ name, email = `${name}@example.test`, organization = `${name} org`, quota = {} }: NewAccount): SimulatedAccount {
    const now = this.#options.now();
    const windowOf = (window: '5h' | '7d', lengthMs: number): QuotaState => ({
      name: window,
      lengthMs,
      limit: quota[window] ?? Number.POSITIVE_INFINITY,
      used: 0,
      resetAt: now + lengthMs,
    });
    const account: SimulatedAccount = {
      name,
      uuid: randomUUID(),
      email,
      organizationUuid: randomUUID(),
      organizationName: organization,
      quota: [windowOf('5h', 5 * HOUR), windowOf('7d', 7 * 24 * HOUR)],
      cache: new Map(),
    };
    this.#accounts.set(name, account);
    return account;
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
  issueTokens(name: string): IssuedTokens {
    return this.#issue({ account: this.get(name), revoked: false, generation: 0 });
  }

  issueStaticToken(name: string): string {
    const token = made('static');
    this.#access.set(token, { account: this.get(name), family: null, expiresAt: Number.POSITIVE_INFINITY });
    return token;
  }

  issueApiKey(name: string): string {
    const key = made('key');
    this.#apiKeys.set(key, this.get(name));
    return key;
  }

  /** RFC 9700 section 4.14.2: a refresh token is good once; a second use revokes everything that came of the login. */
  rotate(refreshToken: string): RefreshOutcome {
    const entry = this.#refresh.get(refreshToken);
    if (!entry || entry.family.revoked) return { kind: 'refused', account: entry?.family.account ?? null };
    const { family } = entry;
    const now = this.#options.now();
    if (entry.usedAt !== null) {
      if (entry.successor && now - entry.usedAt < this.#options.reuseGraceMs) {
        return { kind: 'rotated', tokens: entry.successor, account: family.account, generation: family.generation };
      }
      this.#revokeFamily(family);
      return { kind: 'refused', account: family.account };
    }
    entry.usedAt = now;
    const tokens = this.#issue(family);
    entry.successor = tokens;
    return { kind: 'rotated', tokens, account: family.account, generation: family.generation };
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
    for (const { family } of this.#refresh.values()) if (family.account.name === name) this.#revokeFamily(family);
    for (const [token, entry] of this.#access) if (entry.account.name === name) this.#access.delete(token);
    for (const [key, account] of this.#apiKeys) if (account.name === name) this.#apiKeys.delete(key);
  }

  expireAccessTokens(name: string): void {
    for (const entry of this.#access.values()) if (entry.account.name === name && entry.family) entry.expiresAt = 0;
  }

  #issue(family: Family): IssuedTokens {
    family.generation += 1;
    const expiresAt = this.#options.now() + this.#options.accessTokenTtlMs;
    const tokens = { accessToken: made('at'), refreshToken: made('rt'), expiresAt };
    this.#access.set(tokens.accessToken, { account: family.account, family, expiresAt });
    this.#refresh.set(tokens.refreshToken, { family, usedAt: null, successor: null });
    return tokens;
  }

  #revokeFamily(family: Family): void {
    family.revoked = true;
    for (const [token, entry] of this.#access) if (entry.family === family) this.#access.delete(token);
  }
}
