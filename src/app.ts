/** Who gets what: builds every part and hands it what it needs. Read it to see who depends on whom. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AccountPool } from './accounts/account-pool.ts';
import { createConversationPins } from './accounts/conversation-pins.ts';
import { CredentialVault } from './accounts/credential-vault.ts';
import { createEnrollment } from './accounts/enroll-account.ts';
import { createProbeAccount } from './accounts/probe-account.ts';
import { createStrikes } from './accounts/strikes.ts';
import { TokenManager } from './accounts/token-manager.ts';
import { type AdminDeps, adminOnly, createAdminRouter } from './admin/admin-router.ts';
import { createCallbackPage } from './admin/callback-page.ts';
import { createSessions } from './admin/sessions.ts';
import { KeyRing } from './api-keys/key-ring.ts';
import type { Config } from './config/schema.ts';
import { outlookOf } from './core/pool-outlook.ts';
import type { DurationMs } from './core/time.ts';
import { answerWithError, asGatewayError } from './gateway/answer-with-error.ts';
import { type ClientAuth, createClientAuth } from './gateway/authenticate-client.ts';
import { createHop } from './gateway/forward.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createBodyBudget } from './gateway/read-body.ts';
import { createVerdicts } from './gateway/verdicts.ts';
import { drain } from './http/drain.ts';
import { createFrontDoor } from './http/front-door.ts';
import { listen } from './http/listen.ts';
import { REFRESH_JOB, scheduledJobs } from './jobs/schedule.ts';
import { createScheduler, type Scheduler } from './jobs/scheduler.ts';
import { createLoginFlow } from './oauth/login-flow.ts';
import { createTokenEndpoint } from './oauth/token-endpoint.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createRequestRecorder, logRequests } from './requests/request-recorder.ts';
import { createUsageTotals } from './requests/usage-totals.ts';
import { readOrCreateAdminKey } from './storage/admin-key.ts';
import { type DataFolder, openDataFolder } from './storage/json/data-folder.ts';
import { removeServerNote, writeServerNote } from './storage/server-note.ts';

export interface AppOptions {
  readonly config: Config;
  /** False for commands: no jobs, no note of a running server. */
  readonly background?: boolean;
  /** Where log lines go; standard error unless somebody wants to read them. */
  readonly logStream?: NodeJS.WritableStream;
  readonly now?: () => number;
}

export interface App {
  /** Where the server listens, as a client on this machine reaches it. */
  readonly url: string;
  readonly adminKey: string;
  /** The admin key was made at this start. */
  readonly adminKeyCreated: boolean;
  readonly log: Logger;
  /** Graceful: finishes what runs. Resolves when nothing is left to lose. */
  stop(options: { readonly graceful: boolean; readonly hurry?: AbortSignal }): Promise<void>;
}

/** Longest wait for refreshes that run when the process stops: their new tokens must not be lost. */
const REFRESH_PATIENCE_MS: DurationMs = 10_000;

const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('base64url')}`;
const newAdminKey = (): string => `hga_${randomBytes(32).toString('base64url')}`;

async function delay(ms: DurationMs, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

type Phase = 'starting' | 'ready' | 'leaving' | 'refusing';

/** @throws ConfigError, StorageError, or the system's error when the address is taken. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config } = options;
  const log = createLogger({
    level: config.logger.level,
    format: config.logger.format,
    ...(options.logStream ? { stream: options.logStream } : {}),
  });
  const data = await openDataFolder(config.storage.dataFolder);
  try {
    return await startOn(data, log, options);
  } catch (error) {
    data.close();
    throw error;
  }
}

async function startOn(data: DataFolder, log: Logger, { config, background = true, now = Date.now }: AppOptions): Promise<App> {
  for (const warning of data.warnings) log.warn(warning);
  for (const recovery of data.recoveries) log.error('a damaged file was restored from its backup', { ...recovery });
  const admin =
    config.auth.apiKey === undefined
      ? await readOrCreateAdminKey(data.path, newAdminKey)
      : { key: config.auth.apiKey, created: false };

  let phase: Phase = 'starting';
  const control = await buildControl({ data, log, config, now });
  const { pool, vault, keys, tokens, scheduler } = control;
  const plane = buildDataPlane({ ...control, config, log, now, isRefusing: () => phase === 'refusing' });

  const adminDeps: AdminDeps = {
    ...control,
    totals: plane.totals,
    inFlight: plane.gateway.inFlight,
    adminKey: () => admin.key,
    sessions: createSessions(now, () => config.auth.sessionTtlMs),
    now,
    log,
  };
  const startedAt = now();
  const frontDoor = createFrontDoor({
    gateway: plane.gateway.handle,
    admin: createAdminRouter(adminDeps),
    callbackPage: createCallbackPage(() => config.server.publicUrl ?? null),
    requireAdmin: adminOnly(adminDeps),
    metrics: config.metrics.enabled ? plane.metrics : null,
    log,
    hostRules: () => ({ allowed: hostsOf(config) }),
    trustedProxies: config.server.trustedProxies,
    corsOrigins: () => config.server.corsOrigins,
    outlook: () => outlookOf(pool.list(), now()),
    unreadyReasons: () => [
      ...(phase === 'starting' ? ['starting'] : phase === 'ready' ? [] : ['draining']),
      ...(pool.storageFailing || vault.degraded() ? ['storage'] : []),
    ],
    uptimeSeconds: () => (now() - startedAt) / 1000,
  });
  const server = await listen(frontDoor, {
    host: config.server.host,
    port: config.server.port,
    mayContinue: continueWithKey(plane.auth),
  });
  const { port } = server.address() as AddressInfo;
  const url = localUrl(config.server.host, port);
  if (background) {
    await writeServerNote(data.path, { url, pid: process.pid });
    scheduler.start();
    void tokens.refreshDue();
  }
  phase = 'ready';

  async function stop({ graceful, hurry = new AbortController().signal }: Parameters<App['stop']>[0]): Promise<void> {
    phase = 'leaving';
    await scheduler.stop();
    const delayMs = graceful ? config.server.drainDelayMs : 0;
    if (delayMs > 0) await delay(delayMs, hurry);
    phase = 'refusing';
    await drain(server, { timeoutMs: graceful ? config.server.drainTimeoutMs : 0, hurry, delay });
    await tokens.idle(REFRESH_PATIENCE_MS);
    await Promise.allSettled([pool.flush(), vault.flush(), keys.flush()]);
    vault.close();
    plane.hop.close();
    if (background) await removeServerNote(data.path).catch(() => undefined);
    data.close();
    await log.flush();
  }
  return { url, adminKey: admin.key, adminKeyCreated: admin.created, log, stop };
}

interface ControlDeps {
  readonly data: DataFolder;
  readonly log: Logger;
  readonly config: Config;
  readonly now: () => number;
}

/** Accounts, their secrets and tokens, the clients' keys. */
async function buildControl({ data, log, config, now }: ControlDeps) {
  const onStorage = ({ ok }: { readonly ok: boolean }) =>
    ok ? log.info('storage takes writes again') : log.error('storage refuses writes; changes are kept in memory and tried again');
  let clientId = config.oauth.clientId;
  const oauth = () => ({ ...config.oauth, authorizeUrl: config.oauth.authorizeUrl, scope: config.oauth.scope, clientId });
  const pool = new AccountPool({
    store: data.accounts,
    now,
    newId,
    rules: () => ({
      maxCooldownMs: config.accounts.maxCooldownMs,
      refreshBufferMs: config.accounts.refreshBufferMs,
      policy: config.balancer.policy,
    }),
    onStorage,
  });
  const vault = new CredentialVault({ store: data.credentials, delay, random: Math.random, onStorage });
  const keys = new KeyRing({ store: data.apiKeys, now, newId, onStorage });
  await vault.load();
  await pool.load((id) => vault.lifeOf(id));
  await keys.load();

  const endpoint = createTokenEndpoint({ settings: oauth, now });
  const logins = createLoginFlow({ settings: oauth, endpoint, now });
  const enrollment = createEnrollment({ vault, pool, logins, now, newId });
  const { adopted, orphaned } = await enrollment.reconcile();
  if (adopted.length + orphaned.length > 0)
    log.error('accounts and credentials did not match and were put right', { adopted, orphaned });

  let scheduler: Scheduler | null = null;
  const tokens = new TokenManager({
    vault,
    pool,
    endpoint,
    probe: createProbeAccount(() => ({ ...config.claude, timeoutMs: config.oauth.timeoutMs })),
    delay,
    random: Math.random,
    now,
    alert: (message, about) => log.error(message, about),
    nextRefreshRun: () => scheduler?.nextRunAt(REFRESH_JOB) ?? null,
    rules: () => config.accounts,
  });
  scheduler = createScheduler(scheduledJobs({ tokens, pool, now, refreshCron: config.accounts.refreshCron }), {
    onError: (job, error) => log.error('a job failed', { job, error }),
  });
  pool.onEffect((effect, account) => {
    if (effect === 'start_proof') void tokens.prove(account.id);
    else log.error('an account needs a person', { account: account.name, status: account.status.state });
  });
  pool.onChange(({ type, from, to, evidence }, { name }) => {
    if (type !== 'refreshed') log.info('account', { account: name, what: type, from, to, ...evidence });
  });
  const storeClientId = async (id: string): Promise<void> => {
    await data.settings.write({ oauth: { client_id: id } });
    clientId = id;
  };
  return { pool, vault, keys, logins, enrollment, tokens, scheduler, clientId: () => clientId, storeClientId };
}

type Control = Awaited<ReturnType<typeof buildControl>>;

interface DataPlaneDeps extends Pick<Control, 'pool' | 'keys' | 'tokens'> {
  readonly config: Config;
  readonly log: Logger;
  readonly now: () => number;
  readonly isRefusing: () => boolean;
}

/** The walk of a request, and those who want to know how it ended. */
function buildDataPlane({ config, log, now, pool, keys, tokens, isRefusing }: DataPlaneDeps) {
  const { server, retry, accounts, balancer, claude } = config;
  let gateway: Gateway | null = null;
  const bodies = createBodyBudget(() => ({
    maxBodyBytes: config.server.maxBodyBytes,
    maxBufferedBytes: config.server.maxBufferedBytes,
  }));
  const metrics = createMetrics({
    accounts: () => pool.list(),
    inFlight: () => gateway?.inFlight() ?? 0,
    heldBytes: () => bodies.heldBytes,
  });
  const totals = createUsageTotals(now);
  pool.onChange(({ type }) => {
    if (type === 'refreshed') metrics.refresh('refreshed');
    if (type === 'refresh_failed') metrics.refresh('failed');
    if (type === 'credential_rejected') metrics.refresh('rejected');
  });
  const strikes = createStrikes();
  pool.onChange(({ type }, { id }) => {
    if (type === 'reauthorized' || type === 'removed') strikes.clear(id);
  });
  const auth = createClientAuth({
    keys,
    now,
    keyRequired: () => config.auth.requireClientKey,
    onFailure: () => metrics.failedKey(),
  });
  const hop = createHop({
    baseUrl: () => claude.baseUrl,
    timeouts: () => ({
      connectMs: server.connectTimeoutMs,
      responseMs: server.responseTimeoutMs,
      streamIdleMs: server.streamIdleTimeoutMs,
    }),
    oauthBeta: () => claude.oauthBeta,
    stripRateLimits: () => server.rateLimitHeaders === 'strip',
    now,
  });
  const rules = {
    judging: { defaultCooldownMs: accounts.defaultCooldownMs, allowOverage: accounts.allowOverage },
    planning: {
      retriesEnabled: retry.enabled,
      maxAttempts: retry.maxAttempts,
      maxElapsedMs: retry.maxElapsedMs,
      repeatAmbiguous: retry.ambiguous,
    },
    backoff: { baseMs: retry.baseDelayMs, maxMs: retry.maxDelayMs },
  };
  gateway = createGateway({
    auth,
    keys,
    bodies,
    recorder: createRequestRecorder(log, [logRequests(log), { record: (request) => metrics.request(request) }, totals]),
    log,
    isDraining: isRefusing,
    settings: () => ({ affinity: balancer.affinity, unknownPaths: claude.unknownPaths }),
    pool,
    tokens,
    pins: createConversationPins(now, () => balancer.affinityTtlMs),
    strikes,
    verdicts: createVerdicts({ pool, strikes, now, newId, defaultCooldownMs: () => accounts.defaultCooldownMs }),
    hop,
    now,
    random: Math.random,
    delay,
    rules: () => rules,
  });
  return { gateway, hop, metrics, totals, auth };
}

/** The names under which this server may be asked for, besides the loopback ones. */
function hostsOf({ server }: Config): ReadonlySet<string> {
  const publicHost = server.publicUrl === undefined ? [] : [new URL(server.publicUrl).hostname];
  const bound = server.host.includes(':') ? `[${server.host}]` : server.host;
  return new Set([...server.allowedHosts, ...publicHost, bound].map((name) => name.toLowerCase()));
}

/** An address that can be asked from this machine: "everywhere" is reached by the loopback address. */
function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}

/** `Expect: 100-continue`: strangers are refused before they send a body (RFC 9110 section 10.1.1). */
const continueWithKey =
  (auth: ClientAuth): Parameters<typeof listen>[1]['mayContinue'] =>
  async (req, res) => {
    if (!req.url?.startsWith('/v1/')) return true;
    try {
      await auth.authenticate(req, req.socket.remoteAddress ?? '');
      return true;
    } catch (error) {
      answerWithError(req, res, asGatewayError(error), newId('hgr'));
      return false;
    }
  };
