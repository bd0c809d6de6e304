/**
 * One refresh of one account: intent durable → call → new pair durable → used. Every other outcome is told apart here, because each
 * means something else for the refresh token, for the account, and for the calls that others would like to make.
 */
import { createHash } from 'node:crypto';
import type { InvalidReason } from '../core/account.ts';
import { type Credential, isAlive } from '../core/credential.ts';
import { maySpend, renewed, type Standing, standingOf } from '../core/refresh-journal.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { Grant } from '../oauth/granted-tokens.ts';
import type { TokenEndpoint, TokenEndpointAnswer } from '../oauth/token-endpoint.ts';
import { StorageError } from '../storage/store.ts';
import type { AccountPool } from './account-pool.ts';
import type { CredentialVault } from './credential-vault.ts';
import type { RefreshHolds } from './refresh-holds.ts';

export type RefreshFailure =
  /** The authorization server refuses this refresh token, or there is none. */
  | 'rejected'
  /** The authorization server refuses Headgate itself. */
  | 'refused'
  /** No answer, not now, or not while the outcome of an earlier call is unknown. */
  | 'unreachable'
  /** What must be durable before the call could not be stored. */
  | 'storage'
  | 'unknown_account';

export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly generation: number }
  /** Nothing was spent: a newer credential came first. */
  | { readonly kind: 'current' }
  /** `message` is in plain words and without secrets. */
  | { readonly kind: 'failed'; readonly reason: RefreshFailure; readonly message: string };

export interface RefreshAccountDeps {
  readonly vault: Pick<CredentialVault, 'get' | 'writeIntent' | 'withdrawIntent' | 'commit'>;
  readonly pool: Pick<AccountPool, 'apply' | 'noteRefresh'>;
  readonly endpoint: Pick<TokenEndpoint, 'refresh' | 'configuration'>;
  readonly holds: RefreshHolds;
  readonly now: Now;
  /** Tells the operator. Once per call at most. */
  readonly alert: (message: string, about: { readonly accountId: string; readonly detail: string }) => void;
}

/** SHA-256 in hex, first 16 characters: names a refresh token in the journal without giving it away. */
const fingerprintOf = (refreshToken: string): string => createHash('sha256').update(refreshToken).digest('hex').slice(0, 16);

/** May the credential's refresh token be sent now? False also when it has none. `disowned`: its access token is of no more use, whatever its end. */
export function maySpendNow(credential: Credential, at: { readonly now: EpochMs; readonly disowned: boolean }): boolean {
  const { refreshToken } = credential;
  return refreshToken !== null && maySpend(credential, standingOf(credential, fingerprintOf(refreshToken)), at);
}

/** Runs once per account at a time, and only when `maySpendNow` says so: the caller sees to both. */
export async function refreshAccount(deps: RefreshAccountDeps, id: string): Promise<RefreshOutcome> {
  const before = deps.vault.get(id);
  if (!before) return failed('unknown_account', 'there is no credential for this account');
  const { refreshToken } = before;
  if (refreshToken === null) return withoutRefreshToken(deps, before);
  const fingerprint = fingerprintOf(refreshToken);
  const standing = standingOf(before, fingerprint);
  const now = deps.now();
  deps.holds.begun();
  const intent = { fingerprint, generation: before.generation, at: now };
  try {
    const orInMemory = !isAlive(before.expiresAt, now);
    // Looks again as well: a newer generation ends it here.
    if ((await deps.vault.writeIntent(id, intent, { orInMemory })) === 'superseded') return { kind: 'current' };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return noted(deps, id, failed('storage', `not refreshed, because storage refuses writes: ${error.message}`));
  }
  const answer = await deps.endpoint.refresh(refreshToken);
  return settle(deps, { before, standing }, answer);
}

const failed = (reason: RefreshFailure, message: string) => ({ kind: 'failed', reason, message }) as const;

interface Attempt {
  readonly before: Credential;
  readonly standing: Standing;
}

async function settle(deps: RefreshAccountDeps, attempt: Attempt, answer: TokenEndpointAnswer): Promise<RefreshOutcome> {
  const { before } = attempt;
  const { id } = before;
  switch (answer.kind) {
    case 'granted':
      deps.holds.answered(id);
      return keep(deps, before, answer.grant);
    case 'rejected':
      deps.holds.answered(id);
      return reject(deps, attempt, answer.message);
    case 'refused':
      deps.holds.refused(deps.endpoint.configuration());
      if (answer.sent !== 'maybe') await deps.vault.withdrawIntent(before);
      deps.alert('OAuth configuration refused', { accountId: id, detail: answer.message });
      return noted(deps, id, failed('refused', `OAuth configuration refused: ${answer.message}`));
    case 'throttled':
      deps.holds.throttled(answer.retryAfterMs);
      await deps.vault.withdrawIntent(before);
      return noted(deps, id, failed('unreachable', `the authorization server asks to wait: ${answer.message}`));
    case 'unavailable':
      deps.holds.unavailable(id);
      if (answer.sent !== 'maybe') await deps.vault.withdrawIntent(before);
      return noted(deps, id, failed('unreachable', `the authorization server gave no answer: ${answer.message}`));
  }
}

/** Durable, then used; discarded when a new login or a removal came first. */
async function keep(deps: RefreshAccountDeps, before: Credential, grant: Grant): Promise<RefreshOutcome> {
  const { id } = before;
  const next = renewed(before, grant, deps.now());
  if ((await deps.vault.commit(id, before.generation, next)) === 'superseded') return { kind: 'current' };
  const { generation, expiresAt, loginExpiresAt } = next;
  deps.pool.apply(
    id,
    { type: 'refreshed', at: deps.now(), generation, expiresAt, loginExpiresAt },
    { summary: 'access token refreshed' },
  );
  deps.pool.noteRefresh(id, { error: null });
  return { kind: 'refreshed', generation };
}

/** Final, if it is about the newest generation. Whether the token was spent by a call whose answer was lost decides what is said. */
async function reject(deps: RefreshAccountDeps, { before, standing }: Attempt, said: string): Promise<RefreshOutcome> {
  if (deps.vault.get(before.id)?.generation !== before.generation) return { kind: 'current' };
  if (standing === 'unspent') {
    await deps.vault.withdrawIntent(before);
    const message = `the authorization server refuses the refresh token, which has ended, was revoked, or was used by another program: ${said}`;
    return condemn(deps, before, 'credential_rejected', message);
  }
  return condemn(
    deps,
    before,
    'refresh_lost',
    `an earlier refresh was cut off after its token was spent, or a newer token was lost: authorize the account again (${said})`,
  );
}

/** Without a refresh token an account serves until its access token ends; then only a person can help. */
function withoutRefreshToken(deps: RefreshAccountDeps, before: Credential): RefreshOutcome {
  const message = 'the access token has ended and there is no refresh token: authorize the account again';
  if (isAlive(before.expiresAt, deps.now())) return failed('rejected', 'there is no refresh token');
  return condemn(deps, before, 'credential_rejected', message);
}

function condemn(
  deps: RefreshAccountDeps,
  { id, generation }: Credential,
  reason: InvalidReason,
  message: string,
): RefreshOutcome {
  deps.pool.apply(id, { type: 'credential_rejected', at: deps.now(), generation, reason }, { summary: message });
  return noted(deps, id, failed('rejected', message));
}

function noted(deps: RefreshAccountDeps, id: string, outcome: RefreshOutcome & { readonly kind: 'failed' }): RefreshOutcome {
  deps.pool.noteRefresh(id, { error: outcome.message });
  return outcome;
}
