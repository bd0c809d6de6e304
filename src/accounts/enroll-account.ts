/**
 * Gives a credential its account: a new one, or the one it belongs to already. And takes both away again.
 *
 * A spent code is never thrown away: whatever a login was meant for, its grant ends up in the pool. The credential is durable before the
 * account that shows it, and is removed before it, so that a crash in between leaves no account that pretends to serve and no secret that
 * comes back unasked.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Account, type AccountKind, type Health, type Identity, nobody } from '../core/account.ts';
import { INFERENCE_SCOPE } from '../core/credential.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { Grant } from '../oauth/granted-tokens.ts';
import type { GrantedLogin, LoginFlow } from '../oauth/login-flow.ts';
import type { Evidence } from './account-event-record.ts';
import type { AccountPool } from './account-pool.ts';
import { createAccount, newAccount, type Tokens } from './create-account.ts';
import type { CredentialVault } from './credential-vault.ts';
import type { ExportedAccount } from './exported-account.ts';

export interface EnrollmentDeps {
  readonly vault: Pick<CredentialVault, 'get' | 'list' | 'add' | 'replace' | 'remove'>;
  readonly pool: Pick<AccountPool, 'list' | 'get' | 'add' | 'edit' | 'apply' | 'store' | 'noteRefresh' | 'remove'>;
  readonly logins: Pick<LoginFlow, 'forget'>;
  readonly now: Now;
  readonly newId: (prefix: 'acc') => string;
}

export interface Enrolled {
  /**
   * `created`: a new account. `reauthorized`: a known one got the new credential in place.
   * `other_created`, `other_reauthorized`: the login was of another identity than the account asked for, which is as it was. It is kept as
   * a new, inactive account, or has renewed the account of that identity in place.
   */
  readonly result: 'created' | 'reauthorized' | 'other_created' | 'other_reauthorized';
  readonly account: Account;
  /** Of what was asked for and not met: the account that the login was for. */
  readonly asked?: Account;
}

/** A credential that a person hands in: an API key, or a long-lived access token. */
export interface StaticSecret {
  readonly secret: string;
  readonly expiresAt?: EpochMs | null;
}

interface NewStatic {
  readonly name: string;
  readonly kind: 'api_key' | 'oauth_static';
  /** For an account that is known by its entry in the configuration; else a new one is made. */
  readonly id?: string;
}

export interface Enrollment {
  /**
   * Puts what a login granted into the pool. The same login handed in twice has one outcome.
   * @throws StorageError when nothing could be stored; the login can be finished again then, without another code
   */
  enrollGrant(login: GrantedLogin, evidence: Evidence): Promise<Enrolled>;
  /** Adds an account of a kind that cannot be refreshed. @throws StorageError */
  enrollSecret(wanted: StaticSecret & NewStatic, evidence: Evidence): Promise<Account>;
  /** Adds an account of another instance, to be proved before it serves. One of the same identity is left as it is. @throws StorageError */
  adopt(
    wanted: ExportedAccount,
    evidence: Evidence,
  ): Promise<{ readonly result: 'created' | 'exists'; readonly account: Account }>;
  /** Gives such an account a new secret. Undefined when there is no such account, or when it is of kind `oauth`. @throws StorageError */
  replaceSecret(id: string, next: StaticSecret, evidence: Evidence): Promise<Account | undefined>;
  /** Takes account and credential away. False when there was no such account. @throws StorageError */
  remove(id: string, evidence: Evidence): Promise<boolean>;
  /**
   * At start: a credential without an account, left by a crash while it was added, becomes an inactive account; an account without
   * credential becomes invalid. Resolves with the ids of both.
   */
  reconcile(): Promise<{ readonly adopted: readonly string[]; readonly orphaned: readonly string[] }>;
}

export function createEnrollment(deps: EnrollmentDeps): Enrollment {
  const running = new Map<string, Promise<Enrolled>>();
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time, since each looks for its identity and its name among those that are there. */
  const inTurn = <T>(enroll: () => Promise<T>): Promise<T> => {
    const turn = last.then(enroll, enroll);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    enrollGrant(login, evidence) {
      const run =
        running.get(login.state) ??
        inTurn(() => enrollGrant(deps, login, evidence)).finally(() => {
          running.delete(login.state);
        });
      running.set(login.state, run);
      return run;
    },
    enrollSecret: ({ id, name, kind, secret, expiresAt = null }, evidence) => {
      const tokens = { ...staticTokens, secret, expiresAt };
      return inTurn(() => createAccount(deps, { id, name, kind, tokens, identity: nobody, inactive: false }, evidence));
    },
    adopt: (wanted, evidence) => inTurn(() => adopt(deps, wanted, evidence)),
    replaceSecret: (id, next, evidence) => inTurn(() => replaceSecret(deps, id, next, evidence)),
    // In turn: a login that is put in place meanwhile would leave its credential behind, without an account.
    remove: (id, evidence) =>
      inTurn(async () => {
        await deps.vault.remove(id);
        return deps.pool.remove(id, evidence).catch((error: unknown) => {
          orphan(deps, id);
          throw error;
        });
      }),
    reconcile: () => reconcile(deps),
  };
}

const staticTokens = { refreshToken: null, loginExpiresAt: null, scopes: [] };

async function enrollGrant(deps: EnrollmentDeps, login: GrantedLogin, by: Evidence): Promise<Enrolled> {
  const { grant, intent, withheld, state } = login;
  const asked = intent.accountId === undefined ? undefined : deps.pool.get(intent.accountId);
  const isMismatch = asked !== undefined && !mayBelongTo(asked, grant.identity);
  const notes = [
    ...(withheld.length === 0 ? [] : [`not granted: ${withheld.join(' ')}`]),
    ...(isMismatch ? [`it was meant for "${asked.name}"`] : []),
  ];
  const evidence = { ...by, summary: [by.summary, ...notes].join('; ') };
  const known = isMismatch ? accountOf(deps, grant.identity) : (asked ?? accountOf(deps, grant.identity));
  const again = known && (await reauthorize(deps, known, login, evidence));
  const account = again ?? (await createFrom(deps, login, { inactive: isMismatch }, evidence));
  deps.logins.forget(state);
  if (isMismatch) return { result: again ? 'other_reauthorized' : 'other_created', account, asked };
  return { result: again ? 'reauthorized' : 'created', account };
}

const accountOf = ({ pool }: EnrollmentDeps, identity: Identity): Account | undefined =>
  pool.list().find((account) => account.kind === 'oauth' && isSame(account.identity, identity));

/** Account and organisation: the same person may hold a seat in several. Without an identity nothing is known to be the same. */
const isSame = (a: Identity, b: Identity): boolean =>
  a.accountUuid !== null && a.accountUuid === b.accountUuid && a.organizationUuid === b.organizationUuid;

/** False only when both identities are known and differ: servers need not name any. */
const mayBelongTo = ({ kind, identity }: Account, granted: Identity): boolean =>
  kind === 'oauth' && (identity.accountUuid === null || granted.accountUuid === null || isSame(identity, granted));

const tokensOf = (grant: Grant): Tokens => ({
  secret: grant.secret,
  refreshToken: grant.refreshToken,
  expiresAt: grant.expiresAt,
  loginExpiresAt: grant.loginExpiresAt,
  scopes: grant.scopes ?? [],
});

/** Without the right to send requests an account could only pass refusals on. */
const mayServe = ({ withheld }: GrantedLogin): boolean => !withheld.includes(INFERENCE_SCOPE);

/** Undefined when the account was removed meanwhile. */
async function reauthorize(
  deps: EnrollmentDeps,
  { id }: Account,
  login: GrantedLogin,
  evidence: Evidence,
): Promise<Account | undefined> {
  const { grant } = login;
  const account = await putInPlace(deps, id, { kind: 'oauth', ...tokensOf(grant) }, evidence);
  if (!account) return undefined;
  if (!mayServe(login)) {
    const { generation } = account;
    deps.pool.apply(id, { type: 'credential_rejected', at: deps.now(), generation, reason: 'inference_withheld' }, evidence);
  }
  deps.pool.noteRefresh(id, { error: null });
  const identity = { ...grant.identity, plan: grant.identity.plan ?? account.identity.plan };
  if (identity.accountUuid === null || isDeepStrictEqual(identity, account.identity)) return deps.pool.get(id);
  return deps.pool.edit(id, (current) => ({ ...current, identity }), {
    summary: 'identity as named by the authorization server',
  });
}

async function putInPlace(
  { vault, pool, now }: EnrollmentDeps,
  id: string,
  tokens: Tokens & { readonly kind: AccountKind },
  evidence: Evidence,
): Promise<Account | undefined> {
  const fresh = { ...tokens, obtainedAt: now(), trust: 'verified', intent: null } as const;
  const stored = await vault.replace(id, fresh);
  // An account whose credential was lost gets one again, newer than any it had.
  const generation = stored?.generation ?? (pool.get(id)?.generation ?? 0) + 1;
  if (!pool.get(id)) return undefined;
  if (!stored) await vault.add({ ...fresh, id, generation });
  const { expiresAt, loginExpiresAt } = tokens;
  // Not to be taken back when storage refuses: the credential is in place.
  pool.apply(id, { type: 'reauthorized', at: now(), generation, expiresAt, loginExpiresAt }, evidence);
  await pool.store(id);
  return pool.get(id);
}

async function replaceSecret(
  deps: EnrollmentDeps,
  id: string,
  { secret, expiresAt = null }: StaticSecret,
  evidence: Evidence,
): Promise<Account | undefined> {
  const account = deps.pool.get(id);
  if (!account || account.kind === 'oauth') return undefined;
  return putInPlace(deps, id, { kind: account.kind, ...staticTokens, secret, expiresAt }, evidence);
}

const createFrom = (
  deps: EnrollmentDeps,
  login: GrantedLogin,
  { inactive }: { readonly inactive: boolean },
  evidence: Evidence,
): Promise<Account> => {
  const { grant, intent } = login;
  const { identity } = grant;
  const name = intent.name ?? identity.email ?? identity.organizationName ?? 'account';
  const health: Health = mayServe(login)
    ? { state: 'active' }
    : { state: 'invalid', reason: 'inference_withheld', since: deps.now() };
  return createAccount(deps, { name, kind: 'oauth', tokens: tokensOf(grant), identity, inactive, health }, evidence);
};

async function adopt(deps: EnrollmentDeps, wanted: ExportedAccount, evidence: Evidence) {
  const { name, kind, identity, priority, limits, credential: tokens } = wanted;
  const known = deps.pool.list().find((account) => account.kind === kind && isSame(account.identity, identity));
  if (known) return { result: 'exists', account: known } as const;
  const health: Health = { state: 'invalid', reason: 'restored', since: deps.now() };
  const created = await createAccount(
    deps,
    { name, kind, tokens, identity, inactive: false, health, trust: 'unverified' },
    evidence,
  );
  const account = await deps.pool.edit(created.id, (current) => ({ ...current, priority, limits }), evidence);
  return { result: 'created', account: account ?? created } as const;
}

async function reconcile(deps: EnrollmentDeps): Promise<{ adopted: string[]; orphaned: string[] }> {
  const { vault, pool } = deps;
  const adopted = vault.list().filter(({ id }) => !pool.get(id));
  for (const { id, kind, generation, ...tokens } of adopted) {
    const wanted = { id, generation, name: 'recovered account', kind, tokens, identity: nobody, inactive: true };
    await pool.add(newAccount(deps, wanted), { summary: 'its credential was found without an account' });
  }
  const orphaned = pool.list().filter(({ id, status }) => !vault.get(id) && status.state !== 'invalid');
  for (const { id } of orphaned) orphan(deps, id);
  return { adopted: adopted.map(({ id }) => id), orphaned: orphaned.map(({ id }) => id) };
}

/** The account stays without a credential, and says so. */
function orphan({ pool, now }: EnrollmentDeps, id: string): void {
  const generation = pool.get(id)?.generation ?? 0;
  const event = { type: 'credential_rejected', at: now(), generation, reason: 'credential_rejected' } as const;
  pool.apply(id, event, { summary: 'there is no credential for this account: authorize it again' });
}
