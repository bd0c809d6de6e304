/**
 * The page to which an authorization server sends the browser back. It changes nothing itself: a session cookie with SameSite=Strict
 * does not come along on the way in from another site, so the page, once it is ours, posts code and state with the session. Without a
 * session it shows what to paste.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { CALLBACK_SCRIPT } from './callback-script.ts';
import { CALLBACK_STYLE } from './callback-style.ts';
import { escapeHtml } from './escape-html.ts';
import type { LoginHomes } from './login-homes.ts';

const MAX_PARAMETER = 4096;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Serves `/oauth/callback`, `/callback`, and the script and the style of both. The policy that forbids scripts within the page is set by who mounts it.
 *
 * `publicUrl`: `server.public_url`; null when there is none. `homes`: where each login was begun, shared with the administration routes.
 */
export function createCallbackPage(publicUrl: () => string | null, homes: Pick<LoginHomes, 'find'>): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/oauth/callback.js', (_req, res) => void res.type('text/javascript').send(CALLBACK_SCRIPT));
  router.get('/oauth/callback.css', (_req, res) => void res.type('text/css').send(CALLBACK_STYLE));
  router.get(['/oauth/callback', '/callback'], (req, res) => {
    res.set('cache-control', 'no-store');
    const home = elsewhere(req, homes.find(parameter(req, 'state')) ?? publicUrl() ?? loopbackHome(req));
    if (home === null) showPage(req, res);
    else res.redirect(302, home.origin + req.path + new URL(req.originalUrl, home).search);
  });
  return router;
}

/** Clients are often registered with `localhost`, while the dashboard is told by its loopback address: the one that was connected to. */
function loopbackHome({ hostname, protocol, socket }: Request): string | null {
  const { localAddress = '', localPort } = socket;
  const address = localAddress.replace(/^::ffff:/, '');
  if (hostname !== 'localhost' || !(address.startsWith('127.') || address === '::1')) return null;
  return `${protocol}://${address === '::1' ? '[::1]' : address}:${localPort}`;
}

/** The home, if the browser is not there yet and can get there: a loopback home is out of reach for one that came in by another name. */
function elsewhere(req: Request, homeUrl: string | null): URL | null {
  if (homeUrl === null) return null;
  const home = new URL(homeUrl);
  if (home.host === req.host) return null;
  return LOOPBACK.has(home.hostname) && !LOOPBACK.has(req.hostname) ? null : home;
}

function showPage(req: Request, res: Response): void {
  const error = parameter(req, 'error');
  const code = parameter(req, 'code');
  const state = parameter(req, 'state');
  if (error !== '') return notApproved(res, error, parameter(req, 'error_description'));
  if (code === '' || state === '') return nothingToDo(res);
  const body = `<p id="status" role="status"></p>
<div id="paste">
<p><label for="code">Headgate does not know this browser. Paste this code where you started, in the dashboard or at the command line:</label></p>
<p><textarea id="code" rows="5" cols="32" readonly spellcheck="false">${escapeHtml(`${code}#${state}`)}</textarea></p>
<p>It is good for a few minutes, and only there.</p>
</div>`;
  res.send(page('One more step', body, '<script type="module" src="/oauth/callback.js"></script>'));
}

function notApproved(res: Response, error: string, description: string): void {
  const said = description === '' ? error : `${error}: ${description}`;
  const body = `<p>The authorization page answered:</p><p><code>${escapeHtml(said)}</code></p><p>Nothing was changed. You can start again from Headgate.</p>`;
  res.status(400).send(page('Not approved', body));
}

function nothingToDo(res: Response): void {
  const body = '<p>This is where an authorization page sends the browser back to. Adding an account begins in Headgate.</p>';
  res.status(400).send(page('Nothing to do here', body));
}

/** One value of the query; a parameter that is missing, repeated or absurdly long counts as none (RFC 6749 section 3.1). */
function parameter(req: Request, name: string): string {
  const value = req.query[name];
  return typeof value === 'string' && value.length <= MAX_PARAMETER ? value : '';
}

const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Headgate</title>
<link rel="stylesheet" href="/oauth/callback.css">
${head}
</head>
<body>
<main>
<h1>${title}</h1>
${body}
<p><a href="/ui/">To the dashboard</a></p>
</main>
</body>
</html>
`;
