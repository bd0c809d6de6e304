/** Is the process alive, should it get traffic, can the pool serve? Three questions with three answers; none tells about accounts. */
import { Router } from 'express';
import { type PoolOutlook, poolHealth } from '../core/pool-outlook.ts';
import { VERSION } from '../version.ts';

export interface HealthDeps {
  readonly outlook: () => PoolOutlook;
  /** Why the process should get no traffic now: `starting`, `draining`, `storage`. */
  readonly unreadyReasons: () => readonly string[];
  /** Seconds since the start. */
  readonly uptimeSeconds: () => number;
}

export function createHealthRoutes({ outlook, unreadyReasons, uptimeSeconds }: HealthDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_req, res) => void res.json({ status: 'alive' }));
  router.get('/health', (_req, res) => {
    const status = poolHealth(outlook());
    res
      .status(status === 'unhealthy' ? 503 : 200)
      .json({ status, version: VERSION, uptime_seconds: Math.floor(uptimeSeconds()) });
  });
  router.get('/readyz', (req, res) => {
    const pool = poolHealth(outlook());
    const needsPool = req.query['pool'] === 'required' && pool === 'unhealthy';
    const reasons = [...unreadyReasons(), ...(needsPool ? ['pool'] : [])];
    res.status(reasons.length > 0 ? 503 : 200).json({ ready: reasons.length === 0, reasons, pool });
  });
  return router;
}
