/** The authorization half: the approval page, and codes bound to PKCE (RFC 7636) and to the redirect URI. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from './accounts.ts';
import { readBody } from './wire.ts';

export interface Approval {
  readonly code: string;
  readonly state: string;
  /** Where the browser would be sent. */
  readonly redirectUrl: string;
}

interface IssuedCode {
  readonly account: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly expiresAt: number;
}

/** What a code was issued for, and what the one who redeems it must show. */
interface Bound {
  readonly verifier: string;
  readonly redirectUri: string;
  readonly state: string | undefined;
}

export interface Authorization {
  /** What pressing "approve" does. @throws Error when the URL is not one that this server would accept */
  approve(authorizationUrl: string, accountName: string): Approval;
  /** Uses a code up. Null: unknown, used, expired, or not bound to these values. */
  redeem(code: string, bound: Bound): string | null;
  page(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
  pastePage(res: ServerResponse, url: URL): void;
}

export interface AuthorizationOptions {
  readonly accounts: Accounts;
  readonly clientId: string;
  readonly now: () => number;
  readonly codeTtlMs: number;
}

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const html = (title: string, body: string): string =>
  `<!doctype html><meta charset="utf-8"><title>${title}</title><style>body{font-family:system-ui;max-width:36rem;margin:4rem auto}</style><h1>${title}</h1>${body}`;

function sendPage(res: ServerResponse, status: number, page: string): void {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  res.end(page);
}

export function createAuthorization({ accounts, clientId, now, codeTtlMs }: AuthorizationOptions): Authorization {
  const codes = new Map<string, IssuedCode>();

  function faultOf(url: URL): string | null {
    const { searchParams: query } = url;
    if (query.get('client_id') !== clientId) return 'unknown client_id';
    if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(query.get('code_challenge') ?? ''))
      return 'PKCE with S256 is required';
    if (!query.get('state')) return 'state is required';
    if (!URL.canParse(query.get('redirect_uri') ?? '')) return 'redirect_uri is required';
    return null;
  }

  function approve(authorizationUrl: string, accountName: string): Approval {
    const url = new URL(authorizationUrl);
    const fault = faultOf(url);
    if (fault) throw new Error(fault);
    const account = accounts.get(accountName).name;
    const code = randomBytes(24).toString('base64url');
    const redirectUri = url.searchParams.get('redirect_uri') as string;
    const state = url.searchParams.get('state') as string;
    const challenge = url.searchParams.get('code_challenge') as string;
    codes.set(code, { account, challenge, redirectUri, state, expiresAt: now() + codeTtlMs });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', state);
    return { code, state, redirectUrl: back.href };
  }

  function redeem(code: string, { verifier, redirectUri, state }: Bound): string | null {
    const issued = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!issued || issued.expiresAt <= now() || issued.challenge !== challenge || issued.redirectUri !== redirectUri) return null;
    return state === undefined || state === issued.state ? issued.account : null;
  }

  return {
    approve,
    redeem,
    page: (req, res, url) => approvalPage({ accounts, fault: faultOf(url), approve }, req, res, url),
    pastePage,
  };
}

interface PageParts {
  readonly accounts: Accounts;
  /** Why the URL is not acceptable; null when it is. */
  readonly fault: string | null;
  readonly approve: Authorization['approve'];
}

async function approvalPage(
  { accounts, fault, approve }: PageParts,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  if (fault) return sendPage(res, 400, html('This request is not valid', `<p>${escapeHtml(fault)}</p>`));
  if (req.method !== 'POST') {
    const buttons = accounts
      .list()
      .map(
        ({ name, email }) => `<p><button name="account" value="${escapeHtml(name)}">Approve as ${escapeHtml(email)}</button></p>`,
      );
    const deny = '<p><button name="deny" value="1">Deny</button></p>';
    return sendPage(res, 200, html('Approve access', `<form method="post">${buttons.join('')}${deny}</form>`));
  }
  const form = new URLSearchParams((await readBody(req)).toString('utf8'));
  const { searchParams: query } = url;
  const denied = new URL(query.get('redirect_uri') as string);
  denied.searchParams.set('error', 'access_denied');
  denied.searchParams.set('state', query.get('state') as string);
  const location = form.has('deny') ? denied.href : approve(url.href, form.get('account') ?? '').redirectUrl;
  res.writeHead(302, { location }).end();
}

function pastePage(res: ServerResponse, url: URL): void {
  const code = `${url.searchParams.get('code') ?? ''}#${url.searchParams.get('state') ?? ''}`;
  const shown = `<p>Copy this code and paste it where you came from:</p><p><code id="code">${escapeHtml(code)}</code></p>`;
  sendPage(res, 200, html('Your code', shown));
}
