/** An account with its credential, as it moves to another instance. */
import type { Account } from '../core/account.ts';
import type { Credential } from '../core/credential.ts';

export interface ExportedAccount extends Pick<Account, 'name' | 'kind' | 'identity' | 'priority' | 'limits'> {
  readonly credential: Pick<Credential, 'secret' | 'refreshToken' | 'expiresAt' | 'loginExpiresAt' | 'scopes'>;
}

export function exportAccount({ name, kind, identity, priority, limits }: Account, credential: Credential): ExportedAccount {
  const { secret, refreshToken, expiresAt, loginExpiresAt, scopes } = credential;
  return { name, kind, identity, priority, limits, credential: { secret, refreshToken, expiresAt, loginExpiresAt, scopes } };
}
