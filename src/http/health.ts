/** Is the process alive, should it get traffic, can the pool serve? Three questions with three answers; none tells strangers about accounts. */
import { type RequestHandler, type Response, Router } from 'express';
import { healthSchema } from '../contract/health.ts';
import { type PoolOutlook, poolHealth } from '../core/pool-outlook.ts';
import { VERSION } from '../version.ts';

export interface HealthDeps {
  readonly outlook: () => PoolOutlook;
  /** Why the process should get no traffic now: `starting`, `draining`, `storage`. */
  readonly unreadyReasons: () => readonly string[];
  /** Seconds since the start. */
  readonly uptimeSeconds: () => number;
  /** Refuses who may not ask for the pool's health, and sees to `isOperator`. */
  readonly mayAskHealth: RequestHandler;
  readonly isOperator: (res: Response) => boolean;
  /** What the operator is told besides. */
  readonly healthDetail: () => object;
}

export function createHealthRoutes(deps: HealthDeps): Router {
  const { outlook, unreadyReasons, uptimeSeconds } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_req, res) => void res.json({ status: 'alive' }));
  router.get('/health', deps.mayAskHealth, (_req, res) => {
    const status = poolHealth(outlook());
    const said = healthSchema.parse({ status, version: VERSION, uptime_seconds: Math.floor(uptimeSeconds()) });
    res.status(status === 'unhealthy' ? 503 : 200).json(deps.isOperator(res) ? { ...said, ...deps.healthDetail() } : said);
  });
  router.get('/readyz', (req, res) => {
    const pool = poolHealth(outlook());
    const needsPool = req.query['pool'] === 'required' && pool === 'unhealthy';
    const reasons = [...unreadyReasons(), ...(needsPool ? ['pool'] : [])];
    res.status(reasons.length > 0 ? 503 : 200).json({ ready: reasons.length === 0, reasons, pool });
  });
  return router;
}
