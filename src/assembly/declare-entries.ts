/** Brings accounts and keys that the configuration declares into being, at start and after each change of the configuration. */
import { type AccountDeclaration, applyDeclaredAccounts, type DeclaredAccountsDeps } from '../accounts/declared-accounts.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { type DeclaredAccount, secretOf } from '../config/declared-entries.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { Logger } from '../observability/logger.ts';

export interface DeclareDeps extends DeclaredAccountsDeps {
  readonly live: LiveConfig;
  readonly keys: Pick<KeyRing, 'declare'>;
  readonly log: Pick<Logger, 'error'>;
}

const ENTRIES = new Set(['accounts.static', 'keys.static']);

/** @throws StorageError when they cannot be stored at start; later failures are logged, and the next change tries again */
export async function followDeclaredEntries(deps: DeclareDeps): Promise<void> {
  const { live, log } = deps;
  let last = declareAll(deps);
  await last;
  live.onChange(({ keys }) => {
    if (!keys.some((key) => ENTRIES.has(key))) return;
    last = last
      .then(() => declareAll(deps))
      .catch((error: unknown) => log.error('declared accounts or keys could not be stored', { error }));
  });
}

async function declareAll({ live, keys, ...accounts }: DeclareDeps): Promise<void> {
  const { secrets } = live;
  const config = live.current();
  // Keys first: one that is taken away must not work a moment longer than it has to.
  await keys.declare(config.keys.static.map(({ name, role, key }) => ({ name, role, secret: secrets.get(key) ?? '' })));
  const declarations = config.accounts.static.map((entry) => declarationOf(entry, secrets.get(secretOf(entry)) ?? ''));
  await applyDeclaredAccounts(declarations, accounts);
}

const declarationOf = (entry: DeclaredAccount, secret: string): AccountDeclaration => ({
  name: entry.name,
  kind: entry.api_key === undefined ? 'oauth_static' : 'api_key',
  secret,
  priority: entry.priority,
  limits: {
    maxConcurrency: entry.max_concurrency,
    maxUtilization: entry.max_utilization,
    allowOverage: entry.allow_overage,
  },
});
