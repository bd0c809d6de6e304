/** The cookie that carries a dashboard session's id: unreadable for scripts, never sent along from another site. */
import type { CookieOptions, Request, Response } from 'express';
import type { DurationMs } from '../core/time.ts';

const PLAIN = 'headgate_session';
/** Browsers take a cookie of such a name only over https, for one host and all of its paths (RFC 6265bis section 4.1.3). */
const BOUND = `__Host-${PLAIN}`;

const options = (secure: boolean): CookieOptions => ({ httpOnly: true, sameSite: 'strict', secure, path: '/' });

export function setSessionCookie(res: Response, id: string, { secure, lifeMs }: { secure: boolean; lifeMs: DurationMs }): void {
  res.cookie(secure ? BOUND : PLAIN, id, { ...options(secure), maxAge: lifeMs });
}

export function clearSessionCookie(res: Response, secure: boolean): void {
  res.clearCookie(secure ? BOUND : PLAIN, options(secure));
}

export function readSessionCookie(req: Request): string | null {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const named = (name: string) => pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return named(BOUND) ?? named(PLAIN) ?? null;
}
