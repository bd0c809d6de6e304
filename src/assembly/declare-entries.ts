/** Brings accounts and keys that the configuration declares into being, at start and after each change of the configuration. */
import { type AccountDeclaration, applyDeclaredAccounts, type DeclaredAccountsDeps } from '../accounts/declared-accounts.ts';
import { type AuditSnapshot, changesOf, targetOf } from '../admin/audit/audit-changes.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { type AuditTrail, CONFIGURATION } from '../audit/audit-trail.ts';
import { type DeclaredAccount, secretOf } from '../config/declared-entries.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { isDeclared } from '../core/declared-id.ts';
import type { Logger } from '../observability/logger.ts';

export interface DeclareDeps extends DeclaredAccountsDeps {
  readonly live: LiveConfig;
  readonly keys: Pick<KeyRing, 'declare' | 'list'>;
  readonly audit: Pick<AuditTrail, 'begin' | 'note'>;
  readonly log: Pick<Logger, 'error'>;
}

const ENTRIES = new Set(['accounts.static', 'keys.static']);

/**
 * Returns what resolves once all that was declared so far is so, or has failed.
 * @throws StorageError when they cannot be stored at start; later failures are logged, and the next change tries again
 */
export async function followDeclaredEntries(deps: DeclareDeps): Promise<() => Promise<void>> {
  const { live, log } = deps;
  let last = declareAll(deps);
  await last;
  live.onChange(({ keys }) => {
    if (!keys.some((key) => ENTRIES.has(key))) return;
    last = last
      .then(() => declareAll(deps))
      .catch((error: unknown) => log.error('declared accounts or keys could not be stored', { error }));
  });
  return () => last;
}

/** On record before and after, as every change; nothing to declare and nothing declared before is no change. */
async function declareAll(deps: DeclareDeps): Promise<void> {
  const { live, keys, pool, audit } = deps;
  const look = () => ({ accounts: pool.list(), keys: keys.list(), session: null, config: live.current() });
  const before = look();
  const declared = [...live.current().accounts.static, ...live.current().keys.static];
  if (declared.length === 0 && ![...before.accounts, ...before.keys].some(isDeclared)) return;
  const begun = await audit.begin({ action: 'configuration.declare', actor: CONFIGURATION });
  try {
    await apply(deps);
  } catch (error) {
    await begun.end({ outcome: 'failed' });
    throw error;
  } finally {
    await tellEach(before, look(), audit);
  }
  await begun.end({ outcome: 'done' });
}

/** What the configuration decides of an entry; the rest comes of traffic. */
const DECIDED = new Set('name kind priority credential max_concurrency max_utilization allow_overage role key'.split(' '));
const VERBS = { account: ['add', 'update', 'remove'], key: ['create', 'update', 'revoke'] } as const;

async function tellEach(before: AuditSnapshot, after: AuditSnapshot, audit: DeclareDeps['audit']): Promise<void> {
  for (const [kind, list] of [
    ['account', 'accounts'],
    ['key', 'keys'],
  ] as const) {
    const ids = new Set([...before[list], ...after[list]].filter(isDeclared).map(({ id }) => id));
    for (const id of ids) {
      const changes = changesOf({ kind, id, only: DECIDED }, before, after);
      if (changes.length === 0) continue;
      const [added, updated, removed] = VERBS[kind];
      const was = before[list].some((thing) => thing.id === id);
      const is = after[list].some((thing) => thing.id === id);
      const action = `${kind}.${was ? (is ? updated : removed) : added}`;
      await audit.note({ action, actor: CONFIGURATION, target: targetOf(kind, id, after, before), changes });
    }
  }
}

async function apply({ live, keys, ...accounts }: DeclareDeps): Promise<void> {
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
