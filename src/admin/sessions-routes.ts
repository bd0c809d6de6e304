/** The clients that use the server now, what they have running, and an end to it. */
import { type Request, Router } from 'express';
import type { KeyRing } from '../api-keys/key-ring.ts';
import {
  type ClientSessionView,
  clientSessionFilterSchema,
  clientSessionListSchema,
  clientSessionSchema,
  clientSessionSort,
} from '../contract/sessions.ts';
import type { Now } from '../core/time.ts';
import { redactText } from '../observability/redact.ts';
import type { RunningRequest } from '../sessions/client-session.ts';
import type { ClientSessions, LiveSession } from '../sessions/client-sessions.ts';
import { notFound, onlyMethods } from './admin-error.ts';
import { orderBy, pageOf, takeFilters } from './list-page.ts';
import { instant } from './present.ts';
import { keyReference } from './present-request.ts';

export interface SessionRoutesDeps {
  readonly clients: Pick<ClientSessions, 'list' | 'get' | 'expiresAt' | 'revoke'>;
  readonly keys: Pick<KeyRing, 'get'>;
  readonly now: Now;
}

type Listed = LiveSession & { readonly id: string };

const ORDER = orderBy(clientSessionSort, {
  last_seen_at: ({ session }: Listed) => session.lastSeenAt,
  first_seen_at: ({ session }: Listed) => session.firstSeenAt,
  running: ({ running }: Listed) => running.size,
});

export function createSessionRoutes(deps: SessionRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { clients } = deps;
  const sessionOf = (req: Request): LiveSession => {
    const session = clients.get(String(req.params['id']));
    if (!session) throw notFound('session');
    return session;
  };
  router.get('/sessions', (req, res) => {
    const { filters, rest } = takeFilters(clientSessionFilterSchema, req.query);
    const { key_id: keyId } = filters;
    const listed = clients
      .list()
      .filter(({ session }) => keyId === undefined || session.apiKeyId === keyId)
      .map(({ session, running }) => ({ id: session.id, session, running }));
    const page = pageOf(listed, rest, ORDER);
    res.json(clientSessionListSchema.parse({ ...page, data: page.data.map((session) => present(session, deps)) }));
  });
  router.all('/sessions', onlyMethods('GET'));
  router.get('/sessions/:id', (req, res) => void res.json(clientSessionSchema.parse(present(sessionOf(req), deps))));
  router.delete('/sessions/:id', async (req, res) => {
    await clients.revoke(sessionOf(req).session.id);
    res.status(204).end();
  });
  router.all('/sessions/:id', onlyMethods('GET', 'DELETE'));
  return router;
}

function present(live: LiveSession, { clients, keys, now }: SessionRoutesDeps): ClientSessionView {
  const { session, running } = live;
  const { revokedUntil } = session;
  return {
    id: session.id,
    key: keyReference(session.apiKeyId, (id) => keys.get(id)?.name),
    address: session.address,
    user_agent: redactText(session.userAgent),
    first_seen_at: instant(session.firstSeenAt),
    last_seen_at: instant(session.lastSeenAt),
    expires_at: instant(clients.expiresAt(live)),
    revoked_until: revokedUntil !== null && revokedUntil > now() ? instant(revokedUntil) : null,
    running: [...running].map(presentRunning),
  };
}

const presentRunning = (request: RunningRequest): ClientSessionView['running'][number] => ({
  request_id: request.id,
  started_at: instant(request.startedAt),
  account: request.account && { id: request.account.id, name: request.account.name },
  method: request.method,
  path: request.path,
  model: request.model,
  bytes_received: request.body.byteLength,
  bytes_sent: Math.max(0, request.bytesSent()),
});
