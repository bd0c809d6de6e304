/** Who may administer: the admin key, an API key of role admin, or a dashboard session with proof that the page itself asks. */
import type { Request, RequestHandler, Response } from 'express';
import type { ApiKey } from '../api-keys/api-key.ts';
import { type KeyRing, sameSecret } from '../api-keys/key-ring.ts';
import type { Now } from '../core/time.ts';
import { presentedKeys } from '../gateway/authenticate-client.ts';
import type { AuditActor } from '../storage/audit/audit-record.ts';
import { forbidden, unauthenticated } from './admin-error.ts';
import type { FailedKeys } from './failed-keys.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { AdminSession, Sessions } from './sessions.ts';

export interface AdminAuthDeps {
  readonly adminKey: () => string;
  readonly keys: Pick<KeyRing, 'find' | 'get' | 'noteUse'>;
  readonly sessions: Sessions;
  readonly now: Now;
  /** `server.public_url`; null when there is none. */
  readonly publicUrl?: () => string | null;
  /** Who holds the admin key, when it is not whoever shows it: a command that runs without a server. */
  readonly keyHolder?: Actor;
}

/** Who acts, for the logs and the account's history: `admin key`, `key laptop`, `session of admin key`. */
export type Actor = AuditActor;

const ADMIN_KEY: Actor = { kind: 'admin_key', name: 'admin key', key_id: null };
export const NOBODY: Actor = { kind: 'nobody', name: 'nobody', key_id: null };

export type Caller =
  | { readonly kind: 'admin'; readonly actor: Actor; readonly apiKeyId: string | null; readonly session: AdminSession | null }
  /** A key of role user. */
  | { readonly kind: 'user' }
  /** With a key that opens nothing, or with nothing at all. */
  | { readonly kind: 'stranger'; readonly presentedKey: boolean };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
export const isWrite = ({ method }: Pick<Request, 'method'>): boolean => !SAFE_METHODS.has(method);

/** What a key that was presented may do. */
export function judgeKey(presented: string, deps: Omit<AdminAuthDeps, 'sessions'>): Caller {
  const { adminKey, keys, now, keyHolder = ADMIN_KEY } = deps;
  if (sameSecret(presented, adminKey())) return { kind: 'admin', actor: keyHolder, apiKeyId: null, session: null };
  const key = keys.find(presented);
  if (!isUsable(key, now)) return { kind: 'stranger', presentedKey: true };
  if (key.role !== 'admin') return { kind: 'user' };
  const actor = { kind: 'api_key', name: `key ${key.name}`, key_id: key.id } as const;
  return { kind: 'admin', actor, apiKeyId: key.id, session: null };
}

/** The best that the request's keys and cookie are good for. A user's key is not made better by a session beside it. */
export function identify(req: Request, deps: AdminAuthDeps): Caller {
  const callers = presentedKeys(req).map((presented) => judgeKey(presented, deps));
  const byKey = callers.find(({ kind }) => kind === 'admin') ?? callers.find(({ kind }) => kind === 'user');
  return byKey ?? bySession(req, deps) ?? { kind: 'stranger', presentedKey: callers.length > 0 };
}

/** Null also when the key that opened the session has lost its rights since: such a session ends for good. */
function bySession(req: Request, { sessions, keys, now }: AdminAuthDeps): Caller | null {
  const id = readSessionCookie(req);
  const session = id === null ? null : sessions.find(id);
  if (id === null || !session) return null;
  const { apiKeyId } = session;
  const actorOf = (whose: string): Actor => ({ kind: 'session', name: `session of ${whose}`, key_id: apiKeyId });
  if (apiKeyId === null) return { kind: 'admin', actor: actorOf('admin key'), apiKeyId, session };
  const key = keys.get(apiKeyId);
  if (isUsable(key, now) && key.role === 'admin') return { kind: 'admin', actor: actorOf(`key ${key.name}`), apiKeyId, session };
  sessions.close(id);
  return null;
}

const isUsable = (key: ApiKey | undefined, now: Now): key is ApiKey =>
  key?.enabled === true && (key.expiresAt === null || key.expiresAt > now());

export const actorOf = (res: Response): Actor => (res.locals['actor'] as Actor | undefined) ?? NOBODY;

export function noteActor(res: Response, actor: Actor): void {
  res.locals['actor'] = actor;
}

/**
 * Lets the operator pass and notes who it is; answers 401, 403 or 429 to anybody else. Unlike signing in, a right key is never refused
 * because of wrong ones from its address: programs that hold it must go on while somebody beside them guesses.
 */
export function requireAdmin(deps: AdminAuthDeps, failedKeys: FailedKeys): RequestHandler {
  return async (req, res, next) => {
    const caller = identify(req, deps);
    if (caller.kind === 'user')
      throw forbidden('This API key is for the Claude API only; administration needs the admin key or a key of role admin.');
    if (caller.kind === 'stranger') {
      if (caller.presentedKey) await failedKeys.count(req.ip);
      throw unauthenticated();
    }
    if (caller.session && isWrite(req) && !comesFromOwnPage(req, deps))
      throw forbidden('A write by session needs the Origin of this server and the header x-headgate-csrf: 1.');
    if (!caller.session && caller.apiKeyId !== null) deps.keys.noteUse(caller.apiKeyId);
    noteActor(res, caller.actor);
    next();
  };
}

/** For what also strangers may ask, as long as `isPublic`: notes the operator, refuses others where it is not, and counts wrong keys. */
export function recogniseAdmin(deps: AdminAuthDeps, failedKeys: FailedKeys, isPublic: () => boolean): RequestHandler {
  const asAdmin = requireAdmin(deps, failedKeys);
  return async (req, res, next) => {
    const caller = identify(req, deps);
    if (caller.kind === 'admin' || !isPublic()) return asAdmin(req, res, next);
    if (caller.kind === 'stranger' && caller.presentedKey) await failedKeys.count(req.ip);
    next();
  };
}

export const isOperator = (res: Response): boolean => actorOf(res).kind !== 'nobody';

/** A form on another site can make the browser send something here, but neither this header nor our origin. */
const comesFromOwnPage = (req: Request, deps: Pick<AdminAuthDeps, 'publicUrl'>): boolean =>
  req.headers['x-headgate-csrf'] === '1' && ownOriginOf(req, deps) !== null;

/**
 * The request's Origin when it is this server's: the address that was asked, or the public one, since a proxy in front may rewrite
 * `Host`. Null for another one or none.
 */
export function ownOriginOf(req: Request, { publicUrl }: Pick<AdminAuthDeps, 'publicUrl'>): string | null {
  const { origin } = req.headers;
  const known = publicUrl?.() ?? null;
  const own = [`${req.protocol}://${req.host}`, ...(known === null ? [] : [new URL(known).origin])];
  return origin !== undefined && own.includes(origin) ? origin : null;
}

/** Does the browser speak https, to us or to a proxy before us? */
export const isSecure = (req: Request, deps: Pick<AdminAuthDeps, 'publicUrl'>): boolean =>
  req.secure || ownOriginOf(req, deps)?.startsWith('https:') === true;
