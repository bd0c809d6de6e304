/** `GET /api/events`: what happens, as it happens (HTML standard, section 9.2, server-sent events). */
import { Router } from 'express';
import { AdminError, onlyMethods } from '../admin-error.ts';
import { type AdminAuthDeps, identify } from '../authorize-admin.ts';
import type { EventStreams } from './event-streams.ts';

export interface EventsRouteDeps extends AdminAuthDeps {
  readonly streams: EventStreams;
}

export function createEventsRoute(deps: EventsRouteDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/events', (req, res) => {
    const { streams } = deps;
    if (streams.refusal === 'full') throw tooManyConsumers();
    if (streams.refusal === 'closed') throw stopping();
    res.status(200).set({
      'content-type': 'text/event-stream',
      // For nginx, which would otherwise collect the reply.
      'x-accel-buffering': 'no',
    });
    if (req.method === 'HEAD') return void res.end();
    streams.open(res, req.get('last-event-id'), () => identify(req, deps).kind === 'admin');
  });
  router.all('/events', onlyMethods('GET'));
  return router;
}

const tooManyConsumers = () =>
  new AdminError(503, 'api_error', 'Too many dashboards listen already. Close some, or fetch instead.', {
    headers: { 'retry-after': '10' },
  });

const stopping = () =>
  new AdminError(503, 'api_error', 'The server is shutting down.', { headers: { 'retry-after': '1', connection: 'close' } });
