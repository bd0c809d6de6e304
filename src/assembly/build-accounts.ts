/** Builds what knows the accounts: pool, secrets, tokens, logins, jobs; and the clients' keys. */
import { AccountPool } from '../accounts/account-pool.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import { CredentialVault } from '../accounts/credential-vault.ts';
import { createEnrollment } from '../accounts/enroll-account.ts';
import { createIdleCheck } from '../accounts/idle-accounts.ts';
import { createProbeAccount } from '../accounts/probe-account.ts';
import { TokenManager } from '../accounts/token-manager.ts';
import { WindowHistory, type WindowHistoryDeps, type WindowRecord } from '../accounts/window-history.ts';
import type { ApiKey } from '../api-keys/api-key.ts';
import { KeyRing } from '../api-keys/key-ring.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { derived, type LiveConfig } from '../config/live-config.ts';
import type { Config } from '../config/schema.ts';
import type { Credential } from '../core/credential.ts';
import { REFRESH_JOB, scheduledJobs } from '../jobs/schedule.ts';
import { createScheduler, type Scheduler } from '../jobs/scheduler.ts';
import { newId } from '../new-id.ts';
import { createLoginFlow } from '../oauth/login-flow.ts';
import { createTokenEndpoint } from '../oauth/token-endpoint.ts';
import type { Logger } from '../observability/logger.ts';
import { type ResourceOwner, ResourceOwners } from '../resources/resource-owners.ts';
import type { RecordStore } from '../storage/store.ts';
import { followDeclaredEntries } from './declare-entries.ts';
import { delay } from './delay.ts';
import type { StorageWatch } from './storage-watch.ts';

export interface AccountsDeps {
  readonly data: {
    readonly accounts: RecordStore<AccountRecord>;
    readonly credentials: RecordStore<Credential>;
    readonly apiKeys: RecordStore<ApiKey>;
    readonly resources: RecordStore<ResourceOwner>;
    readonly windowHistory: RecordStore<WindowRecord>;
  };
  readonly storageWatch: StorageWatch;
  readonly audit: AuditTrail;
  readonly log: Logger;
  readonly live: LiveConfig;
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;

/** Accounts, their secrets and tokens, the clients' keys, and whose batches and files are whose. */
export async function buildAccounts({ data, storageWatch, audit, log, live, now }: AccountsDeps) {
  const config = live.current;
  const oauth = derived(config, oauthSettings);
  const pool = new AccountPool({
    store: data.accounts,
    now,
    newId,
    rules: derived(config, poolRules),
    onStorage: storageWatch.reporterFor('accounts'),
  });
  const vault = new CredentialVault({
    store: data.credentials,
    delay,
    random: Math.random,
    onStorage: storageWatch.reporterFor('credentials'),
  });
  const keys = new KeyRing({ store: data.apiKeys, now, newId, onStorage: storageWatch.reporterFor('keys') });
  await vault.load();
  await pool.load((id) => vault.lifeOf(id));
  await keys.load();
  const owners = new ResourceOwners({ store: data.resources, now });
  await owners.load();
  const windowHistory = await windowHistoryOf({
    store: data.windowHistory,
    pool,
    now,
    onStorage: storageWatch.reporterFor('windows'),
  });

  const endpoint = createTokenEndpoint({ settings: oauth, now });
  const logins = createLoginFlow({ settings: oauth, endpoint, now });
  const enrollment = createEnrollment({ vault, pool, logins, now, newId });
  const entriesDeclared = await followDeclaredEntries({ live, pool, vault, enrollment, keys, audit, log });
  const { adopted, orphaned } = await enrollment.reconcile();
  if (adopted.length + orphaned.length > 0)
    log.error('accounts and credentials did not match and were put right', { adopted, orphaned });

  const probeSettings = () => ({ ...config().claude, timeoutMs: config().oauth.timeoutMs });
  let scheduler: Scheduler | null = null;
  const tokens = new TokenManager({
    vault,
    pool,
    endpoint,
    probe: createProbeAccount(probeSettings),
    delay,
    random: Math.random,
    now,
    alert: (message, about) => log.error(message, about),
    nextRefreshRun: () => scheduler?.nextRunAt(REFRESH_JOB) ?? null,
    rules: () => config().accounts,
  });
  const checkIdle = idleCheckOver(pool, { config, log, now });
  const jobs = scheduledJobs({ tokens, pool, now, checkIdle, refreshCron: config().accounts.refreshCron });
  scheduler = createScheduler(jobs, {
    onError: (job, error) => log.error('a job failed', { job, error }),
  });
  pool.onEffect((effect, account) => {
    if (effect === 'start_proof') void tokens.prove(account.id);
    else log.error('an account needs a person', { account: account.name, status: account.status.state });
  });
  pool.onChange(({ type, from, to, evidence }, { name }) => {
    if (type !== 'refreshed') log.info('account', { account: name, what: type, from, to, ...evidence });
  });
  live.onChange(({ config: { accounts } }) => scheduler?.reschedule(REFRESH_JOB, accounts.refreshCron));
  return {
    ...{ pool, vault, keys, owners, logins, enrollment, tokens, scheduler, storageWatch, probeSettings, windowHistory },
    entriesDeclared,
    clientId: () => config().oauth.clientId,
  };
}

const oauthSettings = ({ oauth }: Config) => ({
  ...oauth,
  authorizeUrl: oauth.authorizeUrl,
  scope: oauth.scope,
  clientId: oauth.clientId,
});

const poolRules = ({ accounts, balancer }: Config) => ({
  maxCooldownMs: accounts.maxCooldownMs,
  refreshBufferMs: accounts.refreshBufferMs,
  policy: balancer.policy,
  moveCold: balancer.moveCold,
  maxConcurrency: accounts.maxConcurrency ?? null,
  maxUtilization: accounts.maxUtilization,
});

async function windowHistoryOf(deps: WindowHistoryDeps): Promise<WindowHistory> {
  const history = new WindowHistory(deps);
  await history.load();
  return history;
}

interface IdleCheckDeps extends Pick<AccountsDeps, 'log' | 'now'> {
  readonly config: () => Config;
}

const idleCheckOver = (pool: AccountPool, { config, log, now }: IdleCheckDeps) =>
  createIdleCheck({
    pool,
    now,
    rules: derived(config, ({ accounts }) => ({
      idleThresholdMs: accounts.idleThresholdMs,
      autoDeactivate: accounts.autoDeactivate,
    })),
    onIdle: ({ name }, idleMs) =>
      log.warn('an account serves nobody', { account: name, idle_hours: Math.floor(idleMs / HOUR_MS) }),
  });

export type AccountParts = Awaited<ReturnType<typeof buildAccounts>>;
