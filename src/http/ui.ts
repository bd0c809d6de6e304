/** The dashboard's files, under a policy that lets the page load and reach nothing but this server. */
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';

/** Also for plain http in a private network: no upgrade of requests, no HSTS. */
export const strictPagePolicy: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'"],
      'connect-src': ["'self'"],
      'form-action': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
});

const FILES = fileURLToPath(new URL('../../frontend/placeholder/', import.meta.url));

export function createUiRoutes(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(strictPagePolicy);
  router.use(
    express.static(FILES, { index: 'index.html', redirect: false, fallthrough: true, cacheControl: false, dotfiles: 'ignore' }),
  );
  return router;
}
