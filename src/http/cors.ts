/** Web pages of the origins named in the configuration may use `/v1/*`; no others (Fetch standard, CORS protocol). */
import type { RequestHandler } from 'express';

const EXPOSED = [
  'request-id',
  'retry-after',
  'x-should-retry',
  'x-headgate-request-id',
  'x-headgate-account',
  'x-headgate-attempts',
].join(', ');

export const allowOrigins =
  (origins: () => readonly string[]): RequestHandler =>
  (req, res, next) => {
    const listed = origins();
    if (listed.length === 0) return next();
    // Also where nothing is allowed: a cache must not give one origin's answer to another.
    res.setHeader('vary', 'origin');
    const { origin } = req.headers;
    if (origin === undefined || !listed.includes(origin)) return next();
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-expose-headers', EXPOSED);
    if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return next();
    res.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
    res.setHeader('access-control-allow-headers', req.headers['access-control-request-headers'] ?? '');
    res.setHeader('access-control-max-age', '600');
    res.statusCode = 204;
    res.end();
  };
