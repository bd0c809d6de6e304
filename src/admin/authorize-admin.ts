/** Who may administer: the admin key, an API key of role admin, or a dashboard session with proof that the page itself asks. */
import type { Request, RequestHandler, Response } from 'express';
import { type KeyRing, sameSecret } from '../api-keys/key-ring.ts';
import type { Now } from '../core/time.ts';
import { presentedKeys } from '../gateway/authenticate-client.ts';
import { forbidden, unauthenticated } from './admin-error.ts';
import type { AdminSession, Sessions } from './sessions.ts';

export interface AdminAuthDeps {
  readonly adminKey: () => string;
  readonly keys: Pick<KeyRing, 'find' | 'get'>;
  readonly sessions: Sessions;
  readonly now: Now;
}

/** Who acts, for the log: `admin key`, `key laptop`, `session`. */
export interface Actor {
  readonly name: string;
}

export type KeyVerdict =
  | { readonly kind: 'admin'; readonly actor: Actor; readonly apiKeyId: string | null }
  | { readonly kind: 'user' }
  | { readonly kind: 'unknown' };

export const COOKIE = 'headgate_session';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a key that was presented may do. */
export function judgeKey(
  presented: string,
  { adminKey, keys, now }: Pick<AdminAuthDeps, 'adminKey' | 'keys' | 'now'>,
): KeyVerdict {
  if (sameSecret(presented, adminKey())) return { kind: 'admin', actor: { name: 'admin key' }, apiKeyId: null };
  const key = keys.find(presented);
  if (!key?.enabled || (key.expiresAt !== null && key.expiresAt <= now())) return { kind: 'unknown' };
  return key.role === 'admin' ? { kind: 'admin', actor: { name: `key ${key.name}` }, apiKeyId: key.id } : { kind: 'user' };
}

export const actorOf = (res: Response): Actor => (res.locals['actor'] as Actor | undefined) ?? { name: 'nobody' };

/** Lets the operator pass and notes who it is; answers 401 or 403 to anybody else. */
export function requireAdmin(deps: AdminAuthDeps): RequestHandler {
  return (req, res, next) => {
    const verdicts = presentedKeys(req).map((presented) => judgeKey(presented, deps));
    const admin = verdicts.find((verdict) => verdict.kind === 'admin');
    if (admin) {
      res.locals['actor'] = admin.actor;
      return next();
    }
    if (verdicts.some(({ kind }) => kind === 'user'))
      return next(
        forbidden('This API key is for the Claude API only; administration needs the admin key or a key of role admin.'),
      );
    if (!sessionOf(req, deps)) return next(unauthenticated());
    if (!SAFE.has(req.method) && !comesFromOwnPage(req))
      return next(forbidden('A write by session needs the Origin of this server and the header x-headgate-csrf: 1.'));
    res.locals['actor'] = { name: 'session' };
    next();
  };
}

/** The session of the request's cookie, unless it is over or the key that opened it lost its role. */
export function sessionOf(
  req: Request,
  { sessions, keys, now }: Pick<AdminAuthDeps, 'sessions' | 'keys' | 'now'>,
): AdminSession | null {
  const id = cookieOf(req);
  const session = id === null ? null : sessions.find(id);
  if (!session || session.apiKeyId === null) return session;
  const key = keys.get(session.apiKeyId);
  const stillAdmin = key?.enabled === true && key.role === 'admin' && (key.expiresAt === null || key.expiresAt > now());
  return stillAdmin ? session : null;
}

export function cookieOf(req: Request): string | null {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? null;
}

/** A form on another site can send the cookie's browser here, but neither this header nor our origin. */
const comesFromOwnPage = (req: Request): boolean =>
  req.headers['x-headgate-csrf'] === '1' && req.headers.origin === `${req.protocol}://${req.headers.host ?? ''}`;
