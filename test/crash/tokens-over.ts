/** Vault, pool and token manager over a data folder, as a process has them after its start. */
import { AccountPool } from '../../src/accounts/account-pool.ts';
import { CredentialVault } from '../../src/accounts/credential-vault.ts';
import { TokenManager, type TokenManagerDeps } from '../../src/accounts/token-manager.ts';
import type { DataFolder } from '../../src/storage/json/data-folder.ts';
import { RULES, SELECTION } from '../support/builders.ts';

export interface TokensOver {
  readonly vault: CredentialVault;
  readonly pool: AccountPool;
  readonly tokens: TokenManager;
}

export async function tokensOver(data: DataFolder, endpoint: TokenManagerDeps['endpoint']): Promise<TokensOver> {
  const now = Date.now;
  const { random } = Math;
  const delay = () => new Promise<void>(() => undefined);
  const onStorage = () => undefined;
  const rules = () => ({ ...RULES, ...SELECTION, keepInactiveFresh: false }) as const;
  let ids = 0;
  const newId = (prefix: string) => `${prefix}_${process.pid}_${++ids}`;
  const vault = new CredentialVault({ store: data.credentials, delay, random, onStorage });
  await vault.load();
  const pool = new AccountPool({ store: data.accounts, now, newId, rules, onStorage });
  await pool.load((id) => vault.lifeOf(id));
  const probe = async () => ({ kind: 'unreachable', message: 'not asked here' }) as const;
  const unused = { nextRefreshRun: () => null, alert: () => undefined };
  return { vault, pool, tokens: new TokenManager({ vault, pool, endpoint, probe, now, delay, random, rules, ...unused }) };
}
