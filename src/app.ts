/** Who gets what: builds every part and hands it what it needs. Read it to see who depends on whom. */
import type { AddressInfo } from 'node:net';
import { createAdminGuards, createAdminRouter } from './admin/admin-router.ts';
import { isOperator } from './admin/authorize-admin.ts';
import { createCallbackPage } from './admin/callback-page.ts';
import { healthDetail } from './admin/health-detail.ts';
import { createDocsPage } from './admin/openapi/docs-page.ts';
import { createAdminKey } from './assembly/admin-key.ts';
import { createReload } from './assembly/audit-configuration.ts';
import { buildAccounts } from './assembly/build-accounts.ts';
import { type Administration, type AdministrationParts, buildAdministration } from './assembly/build-administration.ts';
import { buildDataPlane } from './assembly/build-data-plane.ts';
import { buildSessions } from './assembly/build-sessions.ts';
import { delay } from './assembly/delay.ts';
import { routeFetches } from './assembly/outbound.ts';
import { createStorageWatch, type StorageWatch } from './assembly/storage-watch.ts';
import { watchConfigFile } from './assembly/watch-config.ts';
import { type AuditTrail, openAuditTrail, SERVER } from './audit/audit-trail.ts';
import { derived, LiveConfig, type Reload } from './config/live-config.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { outlookOf } from './core/pool-outlook.ts';
import type { DurationMs } from './core/time.ts';
import { drain } from './http/drain.ts';
import { createFrontDoor } from './http/front-door.ts';
import { type Listening, type ListenOptions, listen } from './http/listen.ts';
import { servedHosts } from './http/request-checks.ts';
import { newId } from './new-id.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { type FileSystem, type LogFiles, nodeFileSystem } from './storage/file-system.ts';
import { type DataFolder, openDataFolder } from './storage/json/data-folder.ts';
import { parseSealKey } from './storage/record-seal.ts';
import { removeServerNote, writeServerNote } from './storage/server-note.ts';
import { VERSION } from './version.ts';

export interface AppOptions {
  readonly loaded: LoadedConfig;
  /** False for commands: no jobs, no note of a running server. */
  readonly background?: boolean;
  /** Where log lines go; standard error unless somebody wants to read them. */
  readonly logStream?: NodeJS.WritableStream;
  readonly now?: () => number;
  /** Milliseconds from some beginning, by a clock that nobody sets; follows `now` where only that is given. */
  readonly steady?: () => number;
  /** Where the data folder is kept; the machine's disk. */
  readonly fs?: FileSystem & LogFiles;
}

export interface App {
  /** Where the server listens, as a client on this machine reaches it. */
  readonly url: string;
  readonly adminKey: string;
  /** The admin key was made at this start. */
  readonly adminKeyCreated: boolean;
  readonly log: Logger;
  readonly config: () => Config;
  /** Reads the configuration file again; what is faulty is refused, logged, and changes nothing. */
  reload(): Promise<Reload>;
  /** Graceful: finishes what runs. Resolves when nothing is left to lose. */
  stop(options: { readonly graceful: boolean; readonly hurry?: AbortSignal }): Promise<void>;
}

/** Longest wait for refreshes that run when the process stops: their new tokens must not be lost. */
const REFRESH_PATIENCE_MS: DurationMs = 10_000;

/** `leaving`: told to stop, still taking requests for the drain delay. `refusing`: only what runs is finished. */
interface Life {
  phase: 'starting' | 'ready' | 'leaving' | 'refusing';
}

/** Why the process should get no traffic, by phase. */
const UNREADY: Readonly<Record<Life['phase'], readonly string[]>> = {
  starting: ['starting'],
  ready: [],
  leaving: ['draining'],
  refusing: ['draining'],
};

const OF_SERVER = { actor: SERVER, changes: [{ field: 'version', before: null, after: VERSION }] } as const;

/** @throws ConfigError, StorageError, or the system's error when the address is taken. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config } = options.loaded;
  const log = createLogger({
    level: config.logger.level,
    format: config.logger.format,
    ...(options.logStream ? { stream: options.logStream } : {}),
  });
  const data = await openDataFolder(config.storage.dataFolder, {
    keys: config.storage.encryptionKey.flatMap((key) => parseSealKey(key) ?? []),
    ...(options.fs ? { fs: options.fs } : {}),
  });
  let audit: AuditTrail | null = null;
  try {
    const { now = Date.now, fs = nodeFileSystem } = options;
    const storageWatch = createStorageWatch(now, log);
    const onStorage = storageWatch.reporterFor('audit');
    audit = await openAuditTrail(data.path, { fs, now, newId, log, onStorage });
    return await startOn({ data, storageWatch, audit, log }, options);
  } catch (error) {
    await audit?.close();
    data.close();
    throw error;
  }
}

interface Ground {
  readonly data: DataFolder;
  readonly storageWatch: StorageWatch;
  readonly audit: AuditTrail;
  readonly log: Logger;
}

async function startOn({ data, storageWatch, audit, log }: Ground, options: AppOptions): Promise<App> {
  const { loaded, background = true, now = Date.now, fs = nodeFileSystem } = options;
  const { steady = options.now ?? (() => performance.now()) } = options;
  for (const warning of data.warnings) log.warn(warning);
  for (const recovery of data.recoveries) log.error('a damaged file was restored from its backup', { ...recovery });
  const live = new LiveConfig({ loaded, settings: await data.settings.read(), store: data.settings.write, now });
  const config = live.current;
  const endRoute = routeFetches(live);
  const admin = await createAdminKey(live, data.path);

  const life: Life = { phase: 'starting' };
  const accounts = await buildAccounts({ data, storageWatch, audit, log, live, now });
  const sessions = await buildSessions({ data, live, storageWatch: accounts.storageWatch, now });
  const { clients } = sessions;
  const plane = buildDataPlane({ ...accounts, clients, config, log, now, steady, isRefusing: () => life.phase === 'refusing' });
  const startedAt = now();
  const administration = buildAdministration({
    ...{ accounts, plane, clients, admin, audit, live, data, startedAt, log, now },
    auditFiles: fs,
    isCommand: !background,
    configFile: loaded.file ?? null,
  });
  const listening = await openFrontDoor({ accounts, plane, life, administration, audit, live, log, now });
  const url = localUrl(config().server.host, (listening.server.address() as AddressInfo).port);
  if (background) {
    await audit.note({ ...OF_SERVER, action: 'server.start' });
    await writeServerNote(data.path, { url, pid: process.pid });
    accounts.scheduler.start();
    void accounts.tokens.refreshDue();
    void accounts.tokens.proveRestored();
  }
  life.phase = 'ready';
  live.onChange(({ config: { logger } }) => log.configure(logger));
  const reload = createReload(live, audit, log);
  const watching = background && loaded.watched ? watchConfigFile(loaded.watched, () => void reload()) : null;

  let stopped: Promise<void> | null = null;
  async function end({ graceful, hurry = new AbortController().signal }: Parameters<App['stop']>[0]): Promise<void> {
    const { pool, vault, keys, tokens, scheduler } = accounts;
    life.phase = 'leaving';
    await scheduler.stop();
    await watching?.close();
    const { server } = config();
    const delayMs = graceful ? server.drainDelayMs : 0;
    if (delayMs > 0) await delay(delayMs, hurry);
    life.phase = 'refusing';
    await administration.close();
    await drain(listening, { timeoutMs: graceful ? server.drainTimeoutMs : 0, hurry, delay });
    await tokens.idle(REFRESH_PATIENCE_MS);
    await accounts.entriesDeclared();
    await Promise.allSettled([pool.flush(), vault.flush(), keys.flush(), sessions.close(), accounts.windowHistory.flush()]);
    vault.close();
    plane.hop.close();
    endRoute();
    if (background) await audit.note({ ...OF_SERVER, action: 'server.stop' });
    await audit.close();
    if (background) await removeServerNote(data.path).catch(() => undefined);
    data.close();
    await log.flush();
  }
  // Whoever asks again, after a fault for instance, waits for the end that is under way.
  const stop: App['stop'] = (options) => (stopped ??= end(options));
  return { url, adminKey: admin.key(), adminKeyCreated: admin.created, log, config, reload, stop };
}

interface FrontDoorParts extends Pick<AdministrationParts, 'accounts' | 'plane' | 'audit' | 'live' | 'log' | 'now'> {
  readonly life: Readonly<Life>;
  readonly administration: Administration;
}

/** Puts data plane and control plane behind one address. */
async function openFrontDoor(parts: FrontDoorParts): Promise<Listening> {
  const { accounts, plane, life, administration, audit, live, log, now } = parts;
  const upSince = performance.now();
  const config = live.current;
  const { pool, vault } = accounts;
  const hostRules = derived(config, (current) => ({ allowed: hostsOf(current) }));
  const guards = createAdminGuards(administration, () => config().health.public);
  const frontDoor = createFrontDoor({
    gateway: plane.gateway.handle,
    admin: createAdminRouter(administration),
    callbackPage: createCallbackPage(administration.publicUrl, administration.homes),
    requireAdmin: guards.only,
    mayAskHealth: guards.recognise,
    isOperator,
    healthDetail: () => healthDetail(administration),
    docsPage: createDocsPage(),
    metrics: () => (config().metrics.enabled ? plane.metrics : null),
    log,
    hostRules,
    trustedProxies: config().server.trustedProxies,
    corsOrigins: () => config().server.corsOrigins,
    outlook: () => outlookOf(pool.list(), now()),
    unreadyReasons: () => [
      ...UNREADY[life.phase],
      ...(pool.storageFailing || vault.degraded() || audit.failing() ? ['storage'] : []),
    ],
    uptimeSeconds: () => (performance.now() - upSince) / 1000,
  });
  live.onChange(({ config: { server } }) => frontDoor.set('trust proxy', [...server.trustedProxies]));
  // Who is going to be refused is not asked for a body; the refusal itself is worded where every other request meets it.
  const mayContinue: ListenOptions['mayContinue'] = (req) =>
    life.phase !== 'refusing' &&
    Number(req.headers['content-length'] ?? 0) <= config().server.maxBodyBytes &&
    (!req.url?.startsWith('/v1/') || plane.auth.admits(req));
  const onRefused: ListenOptions['onRefused'] = ({ status, message: why }, id) =>
    log.info('request refused', { id, status, why });
  return listen(frontDoor, { host: config().server.host, port: config().server.port, mayContinue, onRefused });
}

/** The names under which this server may be asked for, besides the loopback ones. */
const hostsOf = ({ server }: Config): ReadonlySet<string> =>
  servedHosts([
    ...server.allowedHosts,
    ...(server.publicUrl === undefined ? [] : [new URL(server.publicUrl).hostname]),
    server.host,
  ]);

/** An address that can be asked from this machine: "everywhere" is reached by the loopback address. */
function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}
