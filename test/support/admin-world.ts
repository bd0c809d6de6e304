/** The administration API over real parts in memory, with the simulator as the authorization server. Every reply is checked as it comes. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express } from 'express';
import request, { type Response } from 'supertest';
import { WindowHistory, type WindowRecord } from '../../src/accounts/window-history.ts';
import { type AdminDeps, createAdminGuards, createAdminRouter } from '../../src/admin/admin-router.ts';
import { alertsOf } from '../../src/admin/alerts.ts';
import { createFailedLogins } from '../../src/admin/audit/failed-logins.ts';
import { createCallbackPage } from '../../src/admin/callback-page.ts';
import { EventStreams } from '../../src/admin/events/event-streams.ts';
import { LogReader } from '../../src/admin/log-reader.ts';
import { createLoginHomes } from '../../src/admin/login-homes.ts';
import { createSessions } from '../../src/admin/sessions.ts';
import type { ApiKey, ApiKeyRole } from '../../src/api-keys/api-key.ts';
import { KeyRing } from '../../src/api-keys/key-ring.ts';
import { createAdminKey } from '../../src/assembly/admin-key.ts';
import { openAuditTrail } from '../../src/audit/audit-trail.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { errorSchema } from '../../src/contract/common.ts';
import { newId } from '../../src/new-id.ts';
import { LogHistory } from '../../src/observability/log-history.ts';
import type { LogFields } from '../../src/observability/logger.ts';
import { createRecentRequests, type RecentRequests } from '../../src/requests/recent-requests.ts';
import { createUsageTotals, type UsageTotals } from '../../src/requests/usage-totals.ts';
import type { ClientSession } from '../../src/sessions/client-session.ts';
import { ClientSessions } from '../../src/sessions/client-sessions.ts';
import type { AuditFileSystem } from '../../src/storage/audit/audit-log.ts';
import { nodeFileSystem } from '../../src/storage/file-system.ts';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import { writePrivateFile } from '../../src/storage/private-file.ts';
import { HOUR, MINUTE } from './builders.ts';
import { testLoaded } from './config.ts';
import { assertDocumented } from './documented.ts';
import { type TokenWorld, tokenWorld, type WorldOptions } from './token-world.ts';

export const ADMIN_KEY = 'hga_a-made-up-admin-key-for-tests';
/** The name under which the tests reach the server. */
export const HOST = '127.0.0.1:4000';
export const ORIGIN = `http://${HOST}`;

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

export interface CallOptions {
  /** What identifies the caller: the admin key unless said otherwise; null for nothing. */
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly body?: unknown;
}

export interface AdminWorld extends TokenWorld {
  readonly app: Express;
  readonly keys: KeyRing;
  readonly totals: UsageTotals;
  readonly requests: RecentRequests;
  readonly streams: EventStreams;
  readonly logHistory: LogHistory;
  readonly clients: ClientSessions;
  readonly logLines: readonly LogLine[];
  readonly storedClientIds: readonly string[];
  /** Where the audit log lies. */
  readonly auditFolder: string;
  /** Every line of the audit log, as text. */
  auditText(): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  aKey(role: ApiKeyRole, name?: string): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** Signs in and returns the headers of a page of the dashboard. */
  signIn(key?: string): Promise<Record<string, string>>;
}

export interface AdminWorldOptions extends WorldOptions {
  readonly auditFs?: AuditFileSystem;
  readonly publicUrl?: string;
  readonly inFlight?: number;
  readonly activeStreams?: number;
  readonly storageRefusesSince?: number;
}

export async function adminWorld(options: AdminWorldOptions = {}): Promise<AdminWorld> {
  const world = await tokenWorld(options);
  const { now } = world.time;
  let ids = 0;
  const store = createMemoryRecordStore<ApiKey>();
  const keys = new KeyRing({ store, now, newId: (prefix) => `${prefix}_${++ids}`, onStorage: () => undefined });
  const totals = createUsageTotals(now);
  const logLines: LogLine[] = [];
  const storedClientIds: string[] = [];
  const line =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      logLines.push({ level, message, fields });
    };
  const requests = createRecentRequests();
  const homes = createLoginHomes();
  const publicUrl = () => options.publicUrl ?? null;
  const { pool, vault, tokens, logins, enrollment } = world;
  pool.onEffect((effect, account) => {
    if (effect === 'start_proof') void tokens.prove(account.id);
  });
  const live = new LiveConfig({
    loaded: testLoaded(),
    settings: {},
    store: async (patch) => {
      const clientId = patch['oauth']?.['client_id'];
      if (typeof clientId === 'string') storedClientIds.push(clientId);
      return patch;
    },
    now,
  });
  live.onChange(({ config, keys: changed }) => {
    if (changed.includes('oauth.client_id')) world.configure({ clientId: config.oauth.clientId });
  });
  const alerts = () =>
    alertsOf({
      accounts: pool.list(),
      oauthRefusedSince: tokens.refusedSince(),
      storageRefusesSince: options.storageRefusesSince ?? null,
      configRefusedSince: live.refusal?.at ?? null,
      now: now(),
    });
  const streams = new EventStreams({ now, run: 'test', onError: (type) => assert.fail(type) });
  const logHistory = new LogHistory();
  const clients = new ClientSessions({
    store: createMemoryRecordStore<ClientSession>(),
    now,
    rules: () => ({ maxConcurrent: null, ttlMs: 5 * MINUTE }),
    onStorage: () => undefined,
  });
  const windowHistory = new WindowHistory({
    store: createMemoryRecordStore<WindowRecord>(),
    pool,
    now,
    onStorage: () => undefined,
  });
  const auditFolder = await mkdtemp(join(tmpdir(), 'headgate-audit-'));
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  const auditDeps = { fs: options.auditFs ?? nodeFileSystem, now, newId, log, onStorage: () => undefined };
  const audit = await openAuditTrail(auditFolder, auditDeps);
  await writePrivateFile(auditFolder, 'admin-key', ADMIN_KEY);
  const admin = await createAdminKey(live, auditFolder);
  const sessions = createSessions(now, () => 12 * HOUR);
  admin.onChange(() => sessions.closeAll());
  const deps: AdminDeps = {
    audit,
    auditFiles: nodeFileSystem,
    failedLogins: createFailedLogins({ audit, now }),
    pool,
    vault,
    tokens,
    logins,
    enrollment,
    keys,
    totals,
    requests,
    homes,
    publicUrl,
    now,
    adminKey: admin.key,
    rotateAdminKey: admin.rotate,
    sessions,
    clientId: () => world.settings.clientId,
    live,
    configFile: null,
    storage: { folder: '/data', isWritable: () => true, files: async () => [] },
    traffic: { inFlight: () => options.inFlight ?? 0, activeStreams: () => options.activeStreams ?? 0 },
    alerts,
    streams,
    logReader: new LogReader(logHistory, 'test'),
    clients,
    windowHistory,
    nextRefreshAt: options.nextRefreshRun ?? (() => null),
    startedAt: now(),
    probeSettings: world.probeSettings,
    log,
  };
  const app = express();
  app.enable('case sensitive routing').enable('strict routing').disable('x-powered-by').disable('etag');
  // So that a test can speak from several addresses, and over https.
  app.set('trust proxy', 'loopback');
  app.use('/api', createAdminRouter(deps));
  app.get('/guarded', createAdminGuards(deps, () => true).only, (_req, res) => void res.end());
  app.use(createCallbackPage(publicUrl, homes));

  async function call(method: string, path: string, { headers = adminHeaders, body }: CallOptions = {}): Promise<Response> {
    const sent = request(app)
      [method.toLowerCase() as 'get'](path)
      .set({ host: HOST, ...headers });
    const reply = body === undefined ? await sent : await sent.send(body as object);
    if (path.startsWith('/api')) checkReply(method, path, reply);
    return reply;
  }

  const closeParts = world.close.bind(world);
  return Object.assign(world, {
    auditFolder,
    auditText: () => readFile(join(auditFolder, 'audit.jsonl'), 'utf8'),
    async close() {
      await audit.close();
      await rm(auditFolder, { recursive: true });
      await closeParts();
    },
    app,
    keys,
    totals,
    requests,
    streams,
    logHistory,
    clients,
    logLines,
    storedClientIds,
    call,
    aKey: (role: ApiKeyRole, name = `${role} key`) => keys.create({ name, role, expiresAt: null }),
    async signIn(key = ADMIN_KEY) {
      const reply = await call('POST', '/api/auth/login', { headers: null, body: { api_key: key } });
      assert.equal(reply.status, 200);
      return { cookie: cookieOf(reply), origin: ORIGIN, 'x-headgate-csrf': '1' };
    },
  });
}

export const adminHeaders = { authorization: `Bearer ${ADMIN_KEY}` };

/** `name=value` of the cookie that a reply sets. */
export const cookieOf = (reply: Response): string => String(reply.headers['set-cookie']?.[0]).split(';')[0] ?? '';

/** The fields that an error names. */
export const faultsOf = (reply: Response): readonly string[] =>
  (errorSchema.parse(reply.body).error.fields ?? []).map(({ path }) => path);

/** What holds for every reply: nobody keeps it, it is as documented, and an error has the one shape. */
function checkReply(method: string, path: string, reply: Response): void {
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(String(reply.headers['request-id']), /^hgr_[\w-]{16}$/);
  assertDocumented(method, path, reply);
  if (reply.status < 400) return;
  const error = errorSchema.parse(reply.body);
  assert.equal(error.request_id, reply.headers['request-id']);
}
