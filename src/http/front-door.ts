/** Every request enters here: checked, then handed to the part of the tree it lies in. What nobody claims is refused in that tree's shape. */

import type { IncomingMessage } from 'node:http';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { answerWithError, asGatewayError } from '../gateway/answer-with-error.ts';
import { type GatewayError, unknownRoute } from '../gateway/errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { newId } from '../new-id.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { allowOrigins } from './cors.ts';
import { createHealthRoutes, type HealthDeps } from './health.ts';
import { checkRequest, type HostRules } from './request-checks.ts';
import { routeOf } from './routes.ts';
import { createUiRoutes, strictPagePolicy } from './ui.ts';

export interface FrontDoorDeps extends HealthDeps {
  /** `/v1/*` */
  readonly gateway: Gateway['handle'];
  /** `/api/*`, authorised by itself. */
  readonly admin: RequestHandler;
  /** The page that an authorization server returns to. */
  readonly callbackPage: RequestHandler;
  /** The administration API, to read. */
  readonly docsPage: RequestHandler;
  /** Lets only the operator pass. */
  readonly requireAdmin: RequestHandler;
  /** Null while they are switched off. */
  readonly metrics: () => Metrics | null;
  readonly log: Logger;
  readonly hostRules: () => HostRules;
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: () => readonly string[];
}

export function createFrontDoor(deps: FrontDoorDeps): Express {
  const app = express();
  app.enable('case sensitive routing').enable('strict routing').disable('x-powered-by').disable('etag');
  app.set('trust proxy', [...deps.trustedProxies]);
  app.set('query parser', 'simple');

  const refuse = refusing(deps.log);
  app.use(refuseMalformed(deps.hostRules, refuse), refuseUnlisted(refuse));
  app.use(below('/v1/', claudeApi(deps)));
  app.use(ownReplyPolicy);
  app.use(probes());
  app.use(createHealthRoutes(deps));
  app.use(below('/ui/', Router().use('/ui', createUiRoutes())));
  app.get(['/oauth/callback', '/callback', '/oauth/callback.js', '/oauth/callback.css'], deps.callbackPage);
  app.get(['/docs', '/docs/style.css'], deps.docsPage);
  app.get('/metrics', deps.requireAdmin, serveMetrics(deps.metrics));
  app.use(below('/api/', Router().use('/api', deps.admin)));
  app.use((req, res) => refuse(req, res, unknownRoute()));
  app.use(answerFault(deps.log));
  return app;
}

type Refuse = (req: Request, res: Response, error: GatewayError) => void;

/** Nobody else has seen the request: without a line here its answer could not be explained. */
const refusing =
  (log: Logger): Refuse =>
  (req, res, error) => {
    const id = newId('hgr');
    const path = pathOf(req).slice(0, MAX_LOGGED_PATH);
    log.info('request refused', { id, method: req.method, path, status: error.status, why: error.message });
    answerWithError(req, res, error, id);
  };

const MAX_LOGGED_PATH = 200;
const pathOf = ({ originalUrl }: Request): string => originalUrl.split('?', 1)[0] ?? '';

const refuseMalformed =
  (rules: () => HostRules, refuse: Refuse): RequestHandler =>
  (req, res, next) => {
    const refusal = checkRequest(req, rules());
    if (refusal) refuse(req, res, refusal);
    else next();
  };

/** Deny by default: what the table of routes does not name is nobody's. */
const refuseUnlisted =
  (refuse: Refuse): RequestHandler =>
  (req, res, next) => {
    if (routeOf(req.method, pathOf(req)) === null) refuse(req, res, unknownRoute());
    else next();
  };

/** Only what lies below the prefix; a mount at `/v1` would also match `/v1` itself, and rewrite the address. */
const below =
  (prefix: string, handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    req.originalUrl.startsWith(prefix) ? handler(req, res, next) : next();

/** What Headgate says itself is kept by nobody and read as nothing but what it is. The dashboard's files have a policy of their own. */
const ownReplyPolicy: RequestHandler = (req, res, next) => {
  if (req.originalUrl.startsWith('/ui/')) return next();
  res.setHeader('cache-control', 'no-store');
  // Nobody can have a copy; Express would take `*` for one.
  delete req.headers['if-none-match'];
  delete req.headers['if-modified-since'];
  return strictPagePolicy(req, res, next);
};

const claudeApi = ({ corsOrigins, gateway }: FrontDoorDeps): RequestHandler => {
  const cors = allowOrigins(corsOrigins);
  return (req, res, next) =>
    cors(req, res, (error?: unknown) => {
      if (error) next(error);
      else gateway(req, res, req.ip ?? '').catch(next);
    });
};

/** What clients ask before they know whether anybody is there: answered at once, not logged. */
function probes(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/api/hello', (_req, res) => void res.json({ name: 'headgate' }));
  router.get('/', (req: IncomingMessage & { accepts?: unknown }, res) => {
    const wantsPage = req.method === 'GET' && (req.headers.accept ?? '').includes('text/html');
    if (wantsPage) res.redirect(302, '/ui/');
    else res.json({ name: 'headgate' });
  });
  return router;
}

const serveMetrics =
  (current: () => Metrics | null): RequestHandler =>
  async (_req, res, next) => {
    const metrics = current();
    if (!metrics) return next();
    const text = await metrics.text();
    res.set('content-type', metrics.contentType).send(text);
  };

const answerFault =
  (log: Logger): ErrorRequestHandler =>
  (error, req, res, _next) => {
    const requestId = newId('hgr');
    log.error('a request failed inside', { request: requestId, path: req.path, error });
    answerWithError(req, res, asGatewayError(error), requestId);
  };
