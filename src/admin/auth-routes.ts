/** Signing in to the dashboard, and out. */
import { type Request, type Response, Router } from 'express';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { loginRequestSchema, sessionSchema } from '../contract/session.ts';
import { AdminError, onlyMethods, parse } from './admin-error.ts';
import type { FailedLogins } from './audit/failed-logins.ts';
import { type AdminAuthDeps, type Caller, identify, isSecure, judgeKey, noteActor } from './authorize-admin.ts';
import type { FailedKeys } from './failed-keys.ts';
import { onlyKnown } from './only-known.ts';
import { optionalInstant } from './present.ts';
import { readJson } from './read-json.ts';
import { requestIdOf } from './request-id.ts';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';

export interface AuthRoutesDeps extends AdminAuthDeps {
  readonly audit: Pick<AuditTrail, 'note'>;
  readonly failedLogins: FailedLogins;
}

/** Open to anybody, so that they can become somebody. */
export function createAuthRoutes(deps: AuthRoutesDeps, failedKeys: FailedKeys): Router {
  const router = Router({ caseSensitive: true, strict: true });

  /** The brake comes before the judgement: past it a right guess is told from a wrong one by nothing. */
  async function login(req: Request, res: Response): Promise<void> {
    const { api_key } = parse(loginRequestSchema, req.body);
    await failedKeys.refuseIfMany(req.ip);
    const caller = judgeKey(api_key, deps);
    const place = { address: req.ip ?? null, requestId: requestIdOf(res) };
    if (caller.kind !== 'admin') {
      deps.failedLogins.note(place);
      await failedKeys.count(req.ip);
      throw new AdminError(401, 'authentication_error', 'This is not the admin key, nor an API key of role admin.');
    }
    // Not refused where the disk refuses the line: that is when somebody has to look.
    await deps.audit.note({ action: 'login', actor: caller.actor, ...place, status: 200 });
    if (caller.apiKeyId !== null) deps.keys.noteUse(caller.apiKeyId);
    const before = readSessionCookie(req);
    if (before !== null) deps.sessions.close(before);
    const { id, session } = deps.sessions.open(caller.apiKeyId);
    noteActor(res, caller.actor);
    setSessionCookie(res, id, { secure: isSecure(req, deps), lifeMs: session.expiresAt - deps.now() });
    res.json(presentCaller({ ...caller, session }));
  }

  router.post('/auth/login', ...readJson, onlyKnown, login).all('/auth/login', onlyMethods('POST'));
  router.get('/auth/session', onlyKnown, async (req, res) => {
    const caller = identify(req, deps);
    if (caller.kind === 'stranger' && caller.presentedKey) await failedKeys.count(req.ip);
    res.json(presentCaller(caller));
  });
  router.all('/auth/session', onlyMethods('GET'));
  return router;
}

/** Behind the authorisation, as every other write. */
export function createLogoutRoute(deps: AdminAuthDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/auth/logout', (req, res) => {
    const id = readSessionCookie(req);
    if (id !== null) deps.sessions.close(id);
    clearSessionCookie(res, isSecure(req, deps));
    res.status(204).end();
  });
  router.all('/auth/logout', onlyMethods('POST'));
  return router;
}

const presentCaller = (caller: Caller) =>
  sessionSchema.parse({
    authenticated: caller.kind === 'admin',
    role: caller.kind === 'admin' ? 'admin' : null,
    expires_at: optionalInstant((caller.kind === 'admin' ? caller.session?.expiresAt : null) ?? null),
  });
