/** The two pages that a person sees: the one to approve on, and the one to copy the code from. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from './accounts.ts';
import type { Authorization } from './authorization.ts';
import { readBody } from './wire.ts';

export interface AuthorizePages {
  /** `GET` shows the accounts; `POST` of `account=<name>` or `deny=1` sends the browser back. */
  authorize(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
  /** Shows `code#state` of its own address. */
  paste(res: ServerResponse, url: URL): void;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:clamp(1rem,8vh,4rem) 1rem}
h1{font-size:1.5rem}
button{font:inherit;text-align:start;padding:.5rem .875rem;max-width:100%}
code{display:block;padding:.75rem;border:1px solid;border-radius:.5rem;overflow-wrap:anywhere}`;

/** Browsers offer the clipboard to secure pages only; elsewhere the code is selected, to be copied by hand. */
const COPY = `document.getElementById('copy').onclick = ({ currentTarget: button }) => {
  const code = document.getElementById('code');
  getSelection().selectAllChildren(code);
  const copied = navigator.clipboard ? navigator.clipboard.writeText(code.textContent) : Promise.reject();
  copied.then(() => { button.textContent = 'Copied'; }, () => { button.textContent = 'Selected: copy it'; });
};`;

function sendPage(res: ServerResponse, status: number, { title, body }: { readonly title: string; readonly body: string }): void {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  res.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head><body><h1>${title}</h1>${body}</body></html>`);
}

const refuse = (res: ServerResponse, why: string): void =>
  sendPage(res, 400, { title: 'This request is not valid', body: `<p>${escapeHtml(why)}</p>` });

export function createAuthorizePages(accounts: Accounts, authorization: Authorization): AuthorizePages {
  function choice(res: ServerResponse): void {
    const buttons = accounts.list().map(({ name, email, organizationName }) => {
      const label = `Approve as ${escapeHtml(email)} of ${escapeHtml(organizationName)}`;
      return `<p><button name="account" value="${escapeHtml(name)}">${label}</button></p>`;
    });
    const body = `<form method="post">${buttons.join('')}<p><button name="deny" value="1">Deny</button></p></form>`;
    sendPage(res, 200, { title: 'Approve access', body });
  }

  return {
    async authorize(req, res, url) {
      const fault = authorization.faultOf(url);
      if (fault) return refuse(res, fault);
      if (req.method !== 'POST') return choice(res);
      const form = new URLSearchParams((await readBody(req)).toString('utf8'));
      if (form.has('deny')) return void res.writeHead(302, { location: authorization.deny(url) }).end();
      const name = form.get('account') ?? '';
      if (!accounts.list().some((account) => account.name === name)) return refuse(res, 'nobody has this account');
      res.writeHead(302, { location: authorization.approve(url.href, name).redirectUrl }).end();
    },
    paste(res, { searchParams: query }) {
      const error = query.get('error');
      if (error !== null) return sendPage(res, 200, { title: 'Not approved', body: `<p>${escapeHtml(error)}</p>` });
      const code = `${query.get('code') ?? ''}#${query.get('state') ?? ''}`;
      const body = `<p>Copy this code and paste it where you came from:</p><p><code id="code">${escapeHtml(code)}</code></p>
<p><button id="copy" type="button">Copy the code</button></p><script>${COPY}</script>`;
      sendPage(res, 200, { title: 'Your code', body });
    },
  };
}
