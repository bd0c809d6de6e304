/** Makes a new account of a credential that belongs to nobody yet. */
import { type Account, type AccountKind, type Health, type Identity, noOwnLimits } from '../core/account.ts';
import type { Credential } from '../core/credential.ts';
import { nameKey } from '../core/name-key.ts';
import type { Now } from '../core/time.ts';
import type { Evidence } from './account-event-record.ts';
import type { AccountPool } from './account-pool.ts';
import type { CredentialVault } from './credential-vault.ts';

export interface CreationDeps {
  readonly vault: Pick<CredentialVault, 'list' | 'add' | 'remove'>;
  readonly pool: Pick<AccountPool, 'list' | 'get' | 'add'>;
  readonly now: Now;
  readonly newId: (prefix: 'acc') => string;
}

export type Tokens = Pick<Credential, 'secret' | 'refreshToken' | 'expiresAt' | 'loginExpiresAt' | 'scopes'>;

const MAX_NAME = 100;

export interface NewAccount {
  readonly id?: string | undefined;
  readonly name: string;
  readonly kind: AccountKind;
  readonly tokens: Tokens;
  readonly identity: Identity;
  readonly inactive: boolean;
  /** Active unless said otherwise. */
  readonly health?: Health;
  /** Verified unless said otherwise. */
  readonly trust?: Credential['trust'];
}

/**
 * Stores the credential, and then the account that shows it.
 * @throws StorageError when either could not be stored; nothing is left of them then, or the next try finds the credential
 */
export async function createAccount(deps: CreationDeps, wanted: NewAccount, evidence: Evidence): Promise<Account> {
  const { vault, pool, now, newId } = deps;
  const left = vault.list().find((credential) => credential.secret === wanted.tokens.secret && !pool.get(credential.id));
  const id = left?.id ?? wanted.id ?? newId('acc');
  const generation = left?.generation ?? 1;
  const { kind, tokens, trust = 'verified' } = wanted;
  if (!left) await vault.add({ id, kind, ...tokens, generation, obtainedAt: now(), trust, intent: null });
  const account = newAccount(deps, { ...wanted, id, generation });
  try {
    await pool.add(account, evidence);
  } catch (error) {
    // If even this fails, the next try, or the next start, finds the credential without an account.
    await vault.remove(id).catch(() => undefined);
    throw error;
  }
  return account;
}

/** The account as it begins, under a name that nobody has. */
export function newAccount({ pool, now }: CreationDeps, wanted: NewAccount & Pick<Account, 'id' | 'generation'>): Account {
  const at = now();
  const { id, generation, kind, identity, inactive, tokens, health = { state: 'active' } } = wanted;
  return {
    id,
    name: uniqueName(
      wanted.name,
      pool.list().map(({ name }) => name),
    ),
    kind,
    status: inactive ? { state: 'inactive', since: at, by: 'unasked', resume: health } : health,
    generation,
    expiresAt: tokens.expiresAt,
    loginExpiresAt: tokens.loginExpiresAt,
    authorizedAt: at,
    identity,
    priority: 0,
    limits: noOwnLimits,
    windows: [],
    benches: [],
    lastRefreshedAt: null,
    lastRefreshError: null,
    revision: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** The name itself, or with the first free number behind it. At most 100 characters. */
export function uniqueName(wanted: string, taken: readonly string[]): string {
  const name = wanted.trim().slice(0, MAX_NAME);
  const used = new Set(taken.map(nameKey));
  if (!used.has(nameKey(name))) return name;
  for (let number = 2; ; number += 1) {
    const suffix = ` ${number}`;
    const numbered = name.slice(0, MAX_NAME - suffix.length) + suffix;
    if (!used.has(nameKey(numbered))) return numbered;
  }
}
