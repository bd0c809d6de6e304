/** Signing in to the dashboard, and out. */
import { type Request, type Response, Router } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { loginRequestSchema, sessionSchema } from '../contract/session.ts';
import { AdminError, onlyMethods, parse } from './admin-error.ts';
import { type AdminAuthDeps, COOKIE, cookieOf, judgeKey, sessionOf } from './authorize-admin.ts';

const FAILURES_PER_MINUTE = 10;

export function createAuthRoutes(deps: AdminAuthDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });

  async function login(req: Request, res: Response): Promise<void> {
    const { api_key } = parse(loginRequestSchema, req.body);
    const address = req.ip ?? '';
    const spent = await failures.get(address);
    if (spent && spent.consumedPoints >= FAILURES_PER_MINUTE) throw tooMany(spent.msBeforeNext);
    const verdict = judgeKey(api_key, deps);
    if (verdict.kind !== 'admin') {
      await failures.penalty(address);
      throw new AdminError(401, 'authentication_error', 'This is not the admin key, nor an API key of role admin.');
    }
    const { id, session } = deps.sessions.open(verdict.apiKeyId);
    res.cookie(COOKIE, id, {
      httpOnly: true,
      sameSite: 'strict',
      secure: req.secure,
      path: '/',
      maxAge: session.expiresAt - deps.now(),
    });
    res.json(sessionSchema.parse({ authenticated: true, expires_at: new Date(session.expiresAt).toISOString() }));
  }

  router.post('/auth/login', login).all('/auth/login', onlyMethods('POST'));
  router.get('/auth/session', (req, res) => {
    const session = sessionOf(req, deps);
    res.json(
      sessionSchema.parse({
        authenticated: session !== null,
        expires_at: session ? new Date(session.expiresAt).toISOString() : null,
      }),
    );
  });
  return router;
}

/** Behind the authorisation, as every other write. */
export function createLogoutRoute({ sessions }: Pick<AdminAuthDeps, 'sessions'>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/auth/logout', (req, res) => {
    const id = cookieOf(req);
    if (id !== null) sessions.close(id);
    res.clearCookie(COOKIE, { path: '/', httpOnly: true, sameSite: 'strict' });
    res.status(204).end();
  });
  return router;
}

const tooMany = (waitMs: number): AdminError =>
  new AdminError(429, 'rate_limit_error', 'Too many failed attempts to sign in from this address. Try again in a minute.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });
