/** Makes the pool hold exactly the accounts that the configuration declares, beside those that people added. */
import { hash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { declaredId, isDeclared } from '../core/declared-id.ts';
import { nameKey } from '../core/name-key.ts';
import type { AccountPool } from './account-pool.ts';
import type { CredentialVault } from './credential-vault.ts';
import type { Enrollment } from './enroll-account.ts';

export interface AccountDeclaration extends Pick<Account, 'name' | 'priority' | 'limits'> {
  readonly kind: 'api_key' | 'oauth_static';
  readonly secret: string;
}

export interface DeclaredAccountsDeps {
  readonly pool: Pick<AccountPool, 'list' | 'get' | 'edit'>;
  readonly vault: Pick<CredentialVault, 'get'>;
  readonly enrollment: Pick<Enrollment, 'enrollSecret' | 'replaceSecret' | 'remove'>;
}

const BY_CONFIGURATION = { summary: 'by the configuration' };

/** Adds, changes and retires, in this order of the declarations. @throws StorageError; what was done before stays done */
export async function applyDeclaredAccounts(
  declarations: readonly AccountDeclaration[],
  deps: DeclaredAccountsDeps,
): Promise<void> {
  const wanted = new Map(declarations.map((declaration) => [idOf(declaration), declaration]));
  for (const { id } of deps.pool.list().filter(isDeclared)) {
    if (!wanted.has(id)) await deps.enrollment.remove(id, BY_CONFIGURATION);
  }
  for (const [id, declaration] of wanted) await declare(id, declaration, deps);
}

const idOf = ({ name }: AccountDeclaration): string => declaredId('acc', hash('sha256', nameKey(name), 'hex'));

async function declare(
  id: string,
  declaration: AccountDeclaration,
  { pool, vault, enrollment }: DeclaredAccountsDeps,
): Promise<void> {
  const { name, kind, secret, priority, limits } = declaration;
  const known = pool.get(id);
  if (known && known.kind !== kind) await enrollment.remove(id, BY_CONFIGURATION);
  const current = pool.get(id);
  if (!current) await enrollment.enrollSecret({ id, name, kind, secret }, BY_CONFIGURATION);
  else if (vault.get(id)?.secret !== secret) await enrollment.replaceSecret(id, { secret }, BY_CONFIGURATION);
  const account = pool.get(id);
  if (!account || isAs(account, { priority, limits })) return;
  await pool.edit(id, (before) => ({ ...before, priority, limits }), BY_CONFIGURATION);
}

const isAs = ({ priority, limits }: Account, wanted: Pick<Account, 'priority' | 'limits'>): boolean =>
  priority === wanted.priority &&
  limits.maxConcurrency === wanted.limits.maxConcurrency &&
  limits.maxUtilization === wanted.limits.maxUtilization &&
  limits.allowOverage === wanted.limits.allowOverage;
