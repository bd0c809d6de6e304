/**
 * Vault, pool, token manager and the walk of a request, where a scheduler decides what comes first: every write, every answer of the
 * authorization server and every reply of the upstream waits for its turn. What must never happen is noted at the moment at which it does.
 */
import { createHash } from 'node:crypto';
import type fc from 'fast-check';
import { AccountPool } from '../../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../../src/accounts/account-record.ts';
import { createConversationPins } from '../../../src/accounts/conversation-pins.ts';
import { CredentialVault } from '../../../src/accounts/credential-vault.ts';
import { createEnrollment, type Enrollment } from '../../../src/accounts/enroll-account.ts';
import { createStrikes } from '../../../src/accounts/strikes.ts';
import { TokenManager } from '../../../src/accounts/token-manager.ts';
import type { Credential } from '../../../src/core/credential.ts';
import { RetryBudget } from '../../../src/core/retry-budget.ts';
import { createCircuits } from '../../../src/gateway/circuits.ts';
import type { Hop } from '../../../src/gateway/hop.ts';
import type { Leaving } from '../../../src/gateway/leaving.ts';
import { createVerdicts } from '../../../src/gateway/verdicts.ts';
import type { AttemptDeps } from '../../../src/gateway/walk.ts';
import type { TokenEndpoint } from '../../../src/oauth/token-endpoint.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { type RecordStore, StorageError } from '../../../src/storage/store.ts';
import { aCredential, anAccount, HOUR, NOW, RULES, SELECTION } from '../../support/builders.ts';
import { AuthorizationServer, type CallEnd } from './authorization-server.ts';

export const ID = 'acc_1';
const SIBLING = 'acc_2';

export interface WorldPlan {
  /** How the calls to the authorization server end, one after another; then all are granted. */
  readonly calls: readonly CallEnd[];
  /** Which of the writes are refused, one after another; then none. */
  readonly refusedWrites: readonly boolean[];
  /** What is left of the access token: nothing, too little, or enough; `disowned`: the upstream refuses it all the same. */
  readonly token: 'ended' | 'ending' | 'fresh' | 'disowned';
  readonly hasSibling: boolean;
}

export interface InterleavedWorld {
  readonly pool: AccountPool;
  readonly vault: CredentialVault;
  readonly tokens: TokenManager;
  readonly enrollment: Enrollment;
  readonly server: AuthorizationServer;
  readonly relay: AttemptDeps;
  readonly stored: { readonly accounts: RecordStore<AccountRecord>; readonly credentials: RecordStore<Credential> };
  /** What must never happen, and did. */
  readonly faults: string[];
  /** Logins that may serve no request any more, by their serial number: that was acknowledged. */
  readonly closed: Set<number>;
  /** Some write was refused. */
  readonly sawRefusedWrite: () => boolean;
  /** From now on nothing waits for its turn. */
  calm(): void;
}

const ATTEMPTS = {
  judging: { defaultCooldownMs: HOUR, allowOverage: false },
  planning: { retriesEnabled: true, maxAttempts: 3, maxElapsedMs: HOUR, repeatAmbiguous: false },
  backoff: { baseMs: 1, maxMs: 1 },
  waitForAccountMs: 5000,
};
const LIVES = { ended: 0, ending: 30_000, fresh: HOUR, disowned: HOUR } as const;

export async function interleavedWorld(s: fc.Scheduler, plan: WorldPlan): Promise<InterleavedWorld> {
  const faults: string[] = [];
  const closed = new Set<number>();
  /** Secrets that were on the disk before they were used. */
  const durable = new Set<string>();
  const refusals = [...plan.refusedWrites];
  let isCalm = true;
  let sawRefusedWrite = false;
  const now = () => NOW;
  const random = () => 0.5;
  const inTurn = async (what: string): Promise<void> => {
    if (!isCalm) await s.schedule(Promise.resolve(), what);
  };
  const delay = (ms: number, signal: Leaving) => (signal.aborted ? Promise.resolve() : inTurn(`wait of ${ms} ms`));
  const scheduled = <T extends { readonly id: string }>(name: string, store: RecordStore<T>): RecordStore<T> => ({
    list: () => store.list(),
    async update(id, change) {
      await inTurn(`${name} of ${id}: write`);
      const isRefused = !isCalm && refusals.shift() === true;
      sawRefusedWrite ||= isRefused;
      if (isRefused) throw new StorageError('the disk is full');
      const result = await store.update(id, change);
      if (result && 'secret' in result) durable.add(String(result.secret));
      await inTurn(`${name} of ${id}: written`);
      return result;
    },
  });
  const accounts = createMemoryRecordStore<AccountRecord>();
  const credentials = createMemoryRecordStore<Credential>();
  let ids = 0;
  const newId = (prefix: string) => `${prefix}_new_${++ids}`;
  const onStorage = () => undefined;
  const rules = () => ({ ...RULES, ...SELECTION, keepInactiveFresh: false }) as const;
  const vault = new CredentialVault({ store: scheduled('credentials', credentials), delay, random, onStorage });
  const pool = new AccountPool({ store: scheduled('account', accounts), now, newId, rules, onStorage });
  const server = new AuthorizationServer(plan.calls, { inTurn, fault: (what) => void faults.push(what) });

  const isOnRecord = async (refreshToken: string): Promise<boolean> => {
    const fingerprint = createHash('sha256').update(refreshToken).digest('hex').slice(0, 16);
    return (await credentials.list()).some(({ intent }) => intent?.fingerprint === fingerprint);
  };
  const endpoint: Pick<TokenEndpoint, 'refresh' | 'configuration'> = {
    configuration: () => 'one',
    async refresh(refreshToken) {
      if (!sawRefusedWrite && !(await isOnRecord(refreshToken))) faults.push('a refresh token was sent that is not on record');
      return server.refresh(refreshToken);
    },
  };
  const alert = () => undefined;
  const probe = async () => ({ kind: 'unreachable', message: 'not asked here' }) as const;
  const nextRefreshRun = () => NOW + HOUR;
  const tokens = new TokenManager({ vault, pool, endpoint, probe, now, delay, random, rules, nextRefreshRun, alert });
  pool.onEffect((effect, { id }) => {
    if (effect === 'start_proof') void tokens.prove(id);
  });
  const enrollment = createEnrollment({ vault, pool, logins: { forget: () => undefined }, now, newId });

  const hop: Hop = {
    close: () => undefined,
    async send({ secret }) {
      const owner = server.ownerOf(secret);
      if (owner === null) faults.push('a request carried a credential that nobody issued');
      if (closed.has(server.familyOf(secret)))
        faults.push(`${owner} got a request although it was acknowledged that it gets none`);
      if (server.hasEnded(secret)) faults.push(`${owner} got a request with a token that has ended`);
      if (!durable.has(secret) && !sawRefusedWrite) faults.push(`${owner} got a request with a token that is not on the disk`);
      await inTurn('upstream answers');
      return replyWith(plan.token === 'disowned' && server.isFirst(secret) ? 401 : 200);
    },
  };
  const strikes = createStrikes();
  const pins = createConversationPins(now, () => HOUR);
  const relay: AttemptDeps = {
    ...{ pool, tokens, strikes, pins, hop, now, random, delay, rules: () => ATTEMPTS },
    verdicts: createVerdicts({ pool, strikes, now, newId, defaultCooldownMs: () => HOUR }),
    circuits: createCircuits(now),
    budget: new RetryBudget(),
  };

  const add = async (id: string, left: number) => {
    const { secret, refreshToken } = server.signIn(id, NOW + left);
    const common = { id, generation: 1, expiresAt: NOW + left };
    await vault.add(aCredential({ ...common, secret, refreshToken }));
    await pool.add(anAccount({ ...common, name: id }), { summary: 'made for a test' });
  };
  await add(ID, LIVES[plan.token]);
  if (plan.hasSibling) await add(SIBLING, HOUR);
  isCalm = false;
  return {
    ...{ pool, vault, tokens, enrollment, server, relay, faults, closed },
    stored: { accounts, credentials },
    sawRefusedWrite: () => sawRefusedWrite,
    calm() {
      isCalm = true;
    },
  };
}

function replyWith(status: number): Awaited<ReturnType<Hop['send']>> {
  const message = status === 401 ? 'Invalid bearer token' : '';
  return {
    kind: 'reply',
    reply: {
      facts: { status, headers: {}, errorType: status === 401 ? 'authentication_error' : null, message, body: 'as_promised' },
      status,
      streamed: false,
      requestId: null,
      relay: async () => ({ kind: 'complete', bytes: 1, firstByteAt: NOW, usage: null }),
      read: async () => null,
      discard: () => undefined,
    },
  };
}
