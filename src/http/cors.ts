/** Web pages of the origins named in the configuration may use `/v1/*`; no others (Fetch standard, CORS protocol). */
import type { RequestHandler } from 'express';

export const allowOrigins =
  (origins: () => readonly string[]): RequestHandler =>
  (req, res, next) => {
    const { origin } = req.headers;
    if (origin === undefined || !origins().includes(origin)) return next();
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('vary', 'origin');
    res.setHeader(
      'access-control-expose-headers',
      'request-id, retry-after, x-should-retry, x-headgate-request-id, x-headgate-account',
    );
    if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return next();
    res.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
    res.setHeader('access-control-allow-headers', req.headers['access-control-request-headers'] ?? '');
    res.setHeader('access-control-max-age', '600');
    res.statusCode = 204;
    res.end();
  };
