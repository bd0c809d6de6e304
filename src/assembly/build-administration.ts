/** Gives the administration API what it shows and changes. */
import { randomBytes } from 'node:crypto';
import type { AdminDeps } from '../admin/admin-router.ts';
import { alertsOf } from '../admin/alerts.ts';
import { createFailedLogins } from '../admin/audit/failed-logins.ts';
import { LogReader } from '../admin/log-reader.ts';
import { createLoginHomes, type LoginHomes } from '../admin/login-homes.ts';
import { createSessions } from '../admin/sessions.ts';
import { type AuditTrail, COMMAND_LINE } from '../audit/audit-trail.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { EpochMs, Now } from '../core/time.ts';
import { REFRESH_JOB } from '../jobs/schedule.ts';
import type { Logger } from '../observability/logger.ts';
import type { ClientSessions } from '../sessions/client-sessions.ts';
import type { AdminKey } from './admin-key.ts';
import type { AccountParts } from './build-accounts.ts';
import type { DataPlane } from './build-data-plane.ts';
import { buildEvents } from './build-events.ts';

export interface AdministrationParts {
  readonly accounts: AccountParts;
  readonly plane: DataPlane;
  readonly clients: ClientSessions;
  readonly admin: AdminKey;
  readonly audit: AuditTrail;
  readonly auditFiles: AdminDeps['auditFiles'];
  /** A command that runs without a server asks, in this process. */
  readonly isCommand: boolean;
  readonly live: LiveConfig;
  /** The configuration file that was read; null when there is none. */
  readonly configFile: string | null;
  readonly data: { readonly path: string; readonly files: AdminDeps['storage']['files'] };
  readonly startedAt: EpochMs;
  readonly log: Logger;
  readonly now: Now;
}

/** `homes` are shared with the page that an authorization server returns to. */
export type Administration = AdminDeps & {
  readonly homes: LoginHomes;
  readonly publicUrl: () => string | null;
  /** Ends what would hold up the end of the process. */
  close(): Promise<void>;
};

export function buildAdministration(parts: AdministrationParts): Administration {
  const { accounts, plane, clients, admin, audit, live, configFile, data, startedAt, log, now } = parts;
  const { pool, vault, tokens, scheduler, storageWatch } = accounts;
  const config = live.current;
  const sessions = createSessions(now, () => config().auth.sessionTtlMs);
  admin.onChange(() => sessions.closeAll());
  const alerts = () =>
    alertsOf({
      accounts: pool.list(),
      oauthRefusedSince: tokens.refusedSince(),
      storageRefusesSince: storageWatch.refusesSince(),
      configRefusedSince: live.refusal?.at ?? null,
      now: now(),
    });
  const logReader = new LogReader(log.history, randomBytes(6).toString('hex'));
  const events = buildEvents({ accounts, plane, clients, admin, sessions, live, alerts, log, now });
  const failedLogins = createFailedLogins({ audit, now });
  return {
    ...accounts,
    ...(parts.isCommand ? { keyHolder: COMMAND_LINE } : {}),
    ...{ audit, auditFiles: parts.auditFiles, failedLogins },
    homes: createLoginHomes(),
    publicUrl: () => config().server.publicUrl ?? null,
    live,
    configFile,
    storage: {
      folder: data.path,
      isWritable: () => !pool.storageFailing && !vault.degraded() && !audit.failing(),
      files: data.files,
    },
    totals: plane.totals,
    requests: plane.recent,
    clients,
    traffic: plane.gateway,
    alerts,
    streams: events.streams,
    logReader,
    nextRefreshAt: () => scheduler.nextRunAt(REFRESH_JOB),
    startedAt,
    adminKey: admin.key,
    rotateAdminKey: admin.rotate,
    sessions,
    now,
    log,
    async close() {
      events.close();
      logReader.close();
      await failedLogins.flush();
    },
  };
}
