/** What a write changed: the things that it was about, as they were before and as they are after it. Secrets only show that they changed. */
import { isDeepStrictEqual } from 'node:util';
import type { AccountPool } from '../../accounts/account-pool.ts';
import type { ApiKey } from '../../api-keys/api-key.ts';
import type { KeyRing } from '../../api-keys/key-ring.ts';
import { isSet } from '../../config/describe-setting.ts';
import type { LiveConfig } from '../../config/live-config.ts';
import { type Config, type KnownKey, knownKeys } from '../../config/schema.ts';
import { writtenValue } from '../../config/written-value.ts';
import type { Account } from '../../core/account.ts';
import type { ClientSession } from '../../sessions/client-session.ts';
import type { ClientSessions } from '../../sessions/client-sessions.ts';
import type { AuditChange, AuditTarget } from '../../storage/audit/audit-record.ts';
import { optionalInstant } from '../present.ts';

export interface AuditFacts {
  readonly pool: Pick<AccountPool, 'list'>;
  readonly keys: Pick<KeyRing, 'list'>;
  readonly clients: Pick<ClientSessions, 'get'>;
  readonly live: Pick<LiveConfig, 'current'>;
}

/** Everything that a write could be about, at one instant. None of it is ever altered, so that it may be kept. */
export interface AuditSnapshot {
  readonly accounts: readonly Account[];
  readonly keys: readonly ApiKey[];
  readonly session: ClientSession | null;
  readonly config: Config;
}

type Value = AuditChange['before'];
type State = Readonly<Record<string, Value>>;

/** Stands for a secret; that another one took its place shows in the change itself. */
export const SECRET = '(secret)';

export function snapshotOf({ pool, keys, clients, live }: AuditFacts, sessionId: string | null): AuditSnapshot {
  const session = sessionId === null ? null : (clients.get(sessionId)?.session ?? null);
  return { accounts: pool.list(), keys: keys.list(), session, config: live.current() };
}

type About = 'account' | 'key' | 'session';

/** Id and name of the thing, from whichever of the snapshots still, or already, has it. */
export function targetOf(kind: About, id: string, ...snapshots: readonly AuditSnapshot[]): AuditTarget {
  for (const { accounts, keys, session } of snapshots) {
    if (kind === 'session' && session) {
      const name = keys.find((key) => key.id === session.apiKeyId)?.name ?? 'no key';
      return { kind, id, name: `${name} at ${session.address}` };
    }
    const named = (kind === 'account' ? accounts : kind === 'key' ? keys : []).find((thing) => thing.id === id);
    if (named) return { kind, id, name: named.name };
  }
  return { kind, id: id.slice(0, MAX_ID), name: null };
}

const MAX_ID = 100;

/** `only`: the fields that the write could change; all of them when it is null. */
export function changesOf(
  { kind, id, only }: { readonly kind: About; readonly id: string; readonly only: ReadonlySet<string> | null },
  before: AuditSnapshot,
  after: AuditSnapshot,
): readonly AuditChange[] {
  const [was, is] = [before, after].map((snapshot) => stateOf(kind, id, snapshot)) as [State, State];
  const fields = Object.keys({ ...was, ...is }).filter((field) => only?.has(field) ?? true);
  return fields.flatMap((field) => change(field, was[field] ?? null, is[field] ?? null));
}

const change = (field: string, before: Value, after: Value): readonly AuditChange[] => {
  if (isDeepStrictEqual(before, after)) return [];
  const shown = (value: Value) => (field === 'key' && value !== null ? SECRET : value);
  return [{ field, before: shown(before), after: shown(after) }];
};

function stateOf(kind: About, id: string, { accounts, keys, session }: AuditSnapshot): State {
  if (kind === 'session') return session ? { revoked_until: optionalInstant(session.revokedUntil) } : {};
  if (kind === 'key') return keyState(keys.find((key) => key.id === id));
  return accountState(accounts.find((account) => account.id === id));
}

/** Of the credential only its number: it grows by one with each that takes the place of the one before. */
function accountState(account: Account | undefined): State {
  if (!account) return {};
  const { name, kind, status, priority, limits, generation, benches } = account;
  return {
    ...{ name, kind, status: status.state, priority, credential: generation },
    max_concurrency: limits.maxConcurrency,
    max_utilization: limits.maxUtilization,
    allow_overage: limits.allowOverage,
    rate_limited_until: status.state === 'rate_limited' ? optionalInstant(status.until) : null,
    benched: benches.length === 0 ? null : benches.map(({ family }) => family),
  };
}

function keyState(key: ApiKey | undefined): State {
  if (!key) return {};
  const { name, role, enabled, expiresAt, former, hash } = key;
  const former_key_valid_until = optionalInstant(former?.validUntil ?? null);
  return { name, role, enabled, expires_at: optionalInstant(expiresAt), key: hash, former_key_valid_until };
}

/** Settings that differ, by key. */
export const settingChanges = (before: Config, after: Config): readonly AuditChange[] =>
  before === after ? [] : [...knownKeys.values()].flatMap((known) => settingChange(known, before, after));

function settingChange(known: KnownKey, before: Config, after: Config): readonly AuditChange[] {
  const [was, is] = [writtenValue(before, known), writtenValue(after, known)];
  if (isDeepStrictEqual(was, is)) return [];
  const shown = (value: typeof was): Value => (known.setting.secret ? (isSet(value) ? SECRET : null) : (value as Value));
  return [{ field: known.path, before: shown(was), after: shown(is) }];
}
