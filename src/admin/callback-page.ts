/**
 * The page to which an authorization server sends the browser back. It changes nothing itself: a session cookie with SameSite=Strict
 * does not come along on the way in, so the page, once it is ours, posts code and state with the session. Without a session it shows
 * what to paste.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { CALLBACK_SCRIPT } from './callback-script.ts';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const page = (title: string, body: string, script: boolean): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Headgate</title>
<link rel="stylesheet" href="/ui/style.css">
${script ? '<script type="module" src="/oauth/callback.js"></script>' : ''}
</head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body>
</html>
`;

const text = (req: Request, name: string): string => {
  const value = req.query[name];
  return typeof value === 'string' ? value.slice(0, 4096) : '';
};

/** `homeUrl`: where the dashboard lives, so that the session's cookie is there; null: wherever the browser came in. */
export function createCallbackPage(homeUrl: () => string | null): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/oauth/callback.js', (_req, res) => void res.type('text/javascript').send(CALLBACK_SCRIPT));
  router.get(['/oauth/callback', '/callback'], (req, res) => {
    const home = homeUrl();
    if (home !== null && new URL(home).host !== req.headers.host) return res.redirect(302, new URL(req.originalUrl, home).href);
    res.set('cache-control', 'no-store');
    showPage(req, res);
  });
  return router;
}

function showPage(req: Request, res: Response): void {
  const error = text(req, 'error');
  if (error !== '') {
    const described = text(req, 'error_description');
    res
      .status(400)
      .send(
        page(
          'Not approved',
          `<p>The authorization page answered: ${escapeHtml(error)}${described ? ` (${escapeHtml(described)})` : ''}.</p><p>Nothing was changed. Start again from Headgate.</p>`,
          false,
        ),
      );
    return;
  }
  const code = text(req, 'code');
  const state = text(req, 'state');
  if (code === '' || state === '') {
    res
      .status(400)
      .send(
        page('Nothing to do here', '<p>This page is where an authorization page returns to. Start from Headgate.</p>', false),
      );
    return;
  }
  const paste = `<p id="status" role="status">Adding the account…</p><div id="paste" hidden><p>You are not signed in here. Paste this where you started:</p><p><code>${escapeHtml(`${code}#${state}`)}</code></p></div>`;
  res.send(page('Almost done', paste, true));
}
