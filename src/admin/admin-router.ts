/** The control plane: everything under `/api`, behind the operator's credential. */
import { type RequestHandler, Router } from 'express';
import type { Logger } from '../observability/logger.ts';
import { type AccountRoutesDeps, createAccountRoutes } from './accounts-routes.ts';
import { answerAdminError, nothingHere } from './admin-error.ts';
import { type AdminKeyRoutesDeps, createAdminKeyRoutes } from './admin-key-routes.ts';
import { type ArchiveRoutesDeps, createArchiveRoutes } from './archive-routes.ts';
import { type AuditRoutesDeps, createAuditRoutes } from './audit/audit-routes.ts';
import { type RecordWritesDeps, recordWrites } from './audit/record-writes.ts';
import { type AuthRoutesDeps, createAuthRoutes, createLogoutRoute } from './auth-routes.ts';
import { type AdminAuthDeps, actorOf, isWrite, recogniseAdmin, requireAdmin } from './authorize-admin.ts';
import { createEventsRoute, type EventsRouteDeps } from './events/events-route.ts';
import { createRecentEventsRoute } from './events/recent-events-route.ts';
import { createFailedKeys } from './failed-keys.ts';
import { createKeyRoutes, type KeyRoutesDeps } from './keys-routes.ts';
import { createLogRoute, type LogRouteDeps } from './log-route.ts';
import { createOAuthRoutes, type OAuthRoutesDeps } from './oauth-routes.ts';
import { onlyKnown } from './only-known.ts';
import { createOpenApiRoute } from './openapi/openapi-route.ts';
import { readJson } from './read-json.ts';
import { nameRequest, requestIdOf } from './request-id.ts';
import { createRequestRoutes, type RequestRoutesDeps } from './requests-routes.ts';
import { createSessionRoutes, type SessionRoutesDeps } from './sessions-routes.ts';
import { createSettingsRoutes, type SettingsRoutesDeps } from './settings-routes.ts';
import { createStatisticsRoute, type StatisticsDeps } from './statistics.ts';

export type AdminDeps = AuthRoutesDeps &
  AuditRoutesDeps &
  RecordWritesDeps &
  AdminKeyRoutesDeps &
  AccountRoutesDeps &
  OAuthRoutesDeps &
  StatisticsDeps &
  KeyRoutesDeps &
  RequestRoutesDeps &
  ArchiveRoutesDeps &
  SettingsRoutesDeps &
  SessionRoutesDeps &
  EventsRouteDeps &
  LogRouteDeps & { readonly log: Pick<Logger, 'info' | 'warn' | 'error'> };

/** To be mounted at `/api`. Who is not the operator gets no further than signing in: nothing is read of what strangers send. */
export function createAdminRouter(deps: AdminDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const failedKeys = createFailedKeys();
  router.use(nameRequest, logWrites(deps.log));
  router.use(createAuthRoutes(deps, failedKeys));
  router.use(requireAdmin(deps, failedKeys));
  router.use(...readJson, onlyKnown, recordWrites(deps));
  router.use(createLogoutRoute(deps));
  router.use(createArchiveRoutes(deps));
  router.use(createAccountRoutes(deps));
  router.use(createOAuthRoutes(deps));
  router.use(createKeyRoutes(deps));
  router.use(createStatisticsRoute(deps));
  router.use(createRequestRoutes(deps));
  router.use(createSessionRoutes(deps));
  router.use(createSettingsRoutes(deps));
  router.use(createEventsRoute(deps), createRecentEventsRoute(deps));
  router.use(createLogRoute(deps));
  router.use(createOpenApiRoute());
  router.use(createAuditRoutes(deps));
  router.use(createAdminKeyRoutes(deps));
  router.use(nothingHere);
  router.use(answerAdminError(deps.log));
  return router;
}

export interface AdminGuards {
  /** For `/metrics`: lets only the operator pass. */
  readonly only: RequestHandler;
  /** For `/health`: lets strangers pass while that is public. */
  readonly recognise: RequestHandler;
}

/** Guards for routes of others, which answer their refusals themselves. Wrong keys count in one sum. */
export function createAdminGuards(deps: AdminAuthDeps & Pick<AdminDeps, 'log'>, isPublic: () => boolean): AdminGuards {
  const failedKeys = createFailedKeys();
  return {
    only: guard(requireAdmin(deps, failedKeys), deps),
    recognise: guard(recogniseAdmin(deps, failedKeys, isPublic), deps),
  };
}

function guard(handler: RequestHandler, { log }: Pick<AdminDeps, 'log'>): RequestHandler {
  const router = Router();
  router.use(nameRequest, handler);
  router.use(answerAdminError(log));
  return router;
}

/** Every write, signing in included: who, from where, what, and how it ended. Names of fields, never what they hold. */
const logWrites =
  (log: AdminDeps['log']): RequestHandler =>
  (req, res, next) => {
    if (!isWrite(req)) return next();
    // 'close' also comes when the client left before the answer; the change may have been made all the same.
    res.once('close', () => {
      const { statusCode: status } = res;
      const fields = status < 300 && typeof req.body === 'object' && req.body !== null ? Object.keys(req.body) : [];
      const line = {
        request: requestIdOf(res),
        who: actorOf(res).name,
        from: req.ip,
        what: `${req.method} ${req.originalUrl.split('?')[0]}`,
        ...(fields.length > 0 ? { fields: fields.join(',') } : {}),
        status,
      };
      if (status === 401 || status === 403 || status === 429) log.warn('administration refused', line);
      else log.info('administration', line);
    });
    next();
  };
