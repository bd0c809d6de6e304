/** What somebody pasted instead of the code, where that can be told before the server is asked. Pure. */

/** Null when it may well be a code: `code`, `code#state`, or the address of the page with the code. */
export function explainPaste(pasted: string, authorizationUrl: string): string | null {
  const text = pasted.replaceAll(/\s+/g, '');
  if (text === '') return 'Paste the code that the authorization page showed.';
  if (/^hg_[A-Za-z0-9]{20,}$/.test(text)) return 'This is an API key of Headgate. Paste the code from the authorization page.';
  if (/^sk-ant-/.test(text)) return 'This is a key or token, not a code. Choose “API key” or “Long-lived token” above for it.';
  if (!/^https?:\/\//i.test(text)) return null;
  if (!URL.canParse(text)) return 'This address is not complete. Copy it whole.';
  const { searchParams, origin, pathname } = new URL(text);
  if (searchParams.has('code') || searchParams.has('error')) return null;
  const start = new URL(authorizationUrl);
  return origin === start.origin && pathname === start.pathname
    ? 'This is the address of the authorization page itself. Approve there first; the code comes after that.'
    : 'There is no code in this address. Copy the one of the page after approving.';
}

/**
 * Whether the authorization page sends the browser back to Headgate, which then adds the account by itself. Otherwise it shows a code
 * to paste.
 */
export function returnsByItself(authorizationUrl: string): boolean {
  const { searchParams } = new URL(authorizationUrl);
  const redirect = searchParams.get('redirect_uri') ?? '';
  if (searchParams.get('code') === 'true' || !URL.canParse(redirect)) return false;
  return ['/oauth/callback', '/callback'].includes(new URL(redirect).pathname);
}
