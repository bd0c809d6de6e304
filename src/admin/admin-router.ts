/** The control plane: everything under `/api`, behind the operator's credential. */
import express, { type RequestHandler, Router } from 'express';
import type { Logger } from '../observability/logger.ts';
import { type AccountRoutesDeps, createAccountRoutes } from './accounts-routes.ts';
import { AdminError, answerAdminError, nothingHere } from './admin-error.ts';
import { createAuthRoutes, createLogoutRoute } from './auth-routes.ts';
import { type AdminAuthDeps, actorOf, requireAdmin } from './authorize-admin.ts';
import { createKeyRoutes, type KeyRoutesDeps } from './keys-routes.ts';
import { createOAuthRoutes, type OAuthRoutesDeps } from './oauth-routes.ts';
import { nameRequest, requestIdOf } from './request-id.ts';
import { createStatisticsRoute, type StatisticsDeps } from './statistics.ts';

export type AdminDeps = AdminAuthDeps &
  AccountRoutesDeps &
  OAuthRoutesDeps &
  StatisticsDeps & { readonly keys: AdminAuthDeps['keys'] & KeyRoutesDeps['keys']; readonly pool: AccountRoutesDeps['pool'] } & {
    readonly log: Logger;
  };

export function createAdminRouter(deps: AdminDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(nameRequest);
  router.use(onlyJson, express.json({ limit: '256kb', strict: true }));
  router.use(createAuthRoutes(deps));
  router.use(requireAdmin(deps));
  router.use(logWrites(deps.log));
  router.use(createLogoutRoute(deps));
  router.use(createAccountRoutes(deps));
  router.use(createOAuthRoutes(deps));
  router.use(createKeyRoutes(deps));
  router.use(createStatisticsRoute(deps));
  router.use(nothingHere);
  router.use(answerAdminError(deps.log));
  return router;
}

/** A guard for routes of others (`/metrics`), which answers its refusals itself. */
export function adminOnly(deps: AdminDeps): RequestHandler {
  const router = Router();
  router.use(nameRequest, requireAdmin(deps));
  router.use(answerAdminError(deps.log));
  return router;
}

/** A body of another type is refused, not ignored. */
const onlyJson: RequestHandler = (req, _res, next) => {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  next(
    hasBody && !req.is('application/json')
      ? new AdminError(415, 'invalid_request_error', 'Send the body as application/json.')
      : undefined,
  );
};

const logWrites =
  (log: Logger): RequestHandler =>
  (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.once('finish', () =>
        log.info('administration', {
          request: requestIdOf(res),
          who: actorOf(res).name,
          from: req.ip,
          what: `${req.method} ${req.baseUrl}${req.path}`,
          status: res.statusCode,
        }),
      );
    }
    next();
  };
