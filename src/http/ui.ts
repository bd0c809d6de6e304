/** The dashboard's files, under a policy that lets its pages load and reach nothing but this server. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { serveCompressed } from './compressed-files.ts';

const nonceOf = (res: ServerResponse): string => {
  const { locals } = res as ServerResponse & { locals: { nonce?: string } };
  locals.nonce ??= randomBytes(16).toString('base64');
  return locals.nonce;
};

const nonceSource = (_req: unknown, res: ServerResponse): string => `'nonce-${nonceOf(res)}'`;

type Source = string | typeof nonceSource;

/** Also for plain http in a private network: no upgrade of requests, no HSTS. */
const pagePolicy = (...also: readonly Source[]): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'", ...also],
        'style-src': ["'self'", ...also],
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

/** For pages whose scripts and styles are all files of ours. */
export const strictPagePolicy: RequestHandler = pagePolicy();

const FILES = fileURLToPath(new URL('../../frontend/dist/', import.meta.url));
/** What the build writes where the nonce of each reply belongs. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const NOT_BUILT = 'The dashboard has not been built. Run "make build", then load this page again.\n';

/** To be mounted at `/ui`. `files`: the built dashboard. */
export function createUiRoutes(files: string = FILES): Router {
  const router = Router({ caseSensitive: true, strict: true });
  // Some libraries of the dashboard add <style> elements at run time; the nonce lets those through, and nothing that was smuggled in.
  router.use(pagePolicy(nonceSource));
  // The name of such a file holds the hash of what is in it.
  router.use('/assets', serveCompressed(join(files, 'assets'), { immutable: true, maxAge: '1y' }));
  router.get('/{*page}', sendPage(files));
  router.use(serveCompressed(files, { dotfiles: 'ignore' }));
  return router;
}

/** The addresses of the dashboard's own pages: below `/ui/`, without a file's ending. */
const isPage = (path: string): boolean => !path.startsWith('/assets/') && !path.includes('.');

/** One page for all addresses: which one it shows is decided in the browser. */
const sendPage =
  (files: string): RequestHandler =>
  async (req, res, next) => {
    if (!isPage(req.path)) return next();
    res.set('cache-control', 'no-store');
    const html = await readFile(join(files, 'index.html'), 'utf8').catch(() => null);
    const [status, type, body] =
      html === null ? [503, 'text/plain', NOT_BUILT] : [200, 'text/html', html.replaceAll(NONCE_PLACEHOLDER, nonceOf(res))];
    // Not `send`: it would answer 304 to who says to have the page, with a nonce that is over.
    res.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(body) }).end(body);
  };
