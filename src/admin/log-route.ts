/** `GET /api/logs`: the last lines of the log, and with `wait` those to come. */
import { Router } from 'express';
import { logQuerySchema, logSchema } from '../contract/logs.ts';
import { AdminError, onlyMethods, parse, unauthenticated } from './admin-error.ts';
import { type AdminAuthDeps, identify } from './authorize-admin.ts';
import type { LogReader } from './log-reader.ts';

export interface LogRouteDeps extends AdminAuthDeps {
  readonly logReader: LogReader;
}

export function createLogRoute(deps: LogRouteDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { logReader } = deps;
  router.get('/logs', async (req, res) => {
    const query = parse(logQuerySchema, req.query);
    if (query.wait > 0 && logReader.isFull) throw tooManyWaiting();
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const page = await logReader.read(query, gone.signal);
    if (gone.signal.aborted) return;
    // Who has lost the right meanwhile reads nothing more.
    if (query.wait > 0 && identify(req, deps).kind !== 'admin') throw unauthenticated();
    res.json(logSchema.parse(page));
  });
  router.all('/logs', onlyMethods('GET'));
  return router;
}

const tooManyWaiting = () =>
  new AdminError(503, 'api_error', 'Too many wait for the log already. Ask without wait.', { headers: { 'retry-after': '10' } });
