/** What somebody pasted instead of the code, where that can be told before the server is asked. Pure. */

const OTHER_LOGIN = 'This code is of another login. Copy the one that the page shows for this one.';

/** Null when it may well be a code of this login: `code`, `code#state`, or the address of the page with the code. */
export function explainPaste(pasted: string, authorizationUrl: string): string | null {
  const text = pasted.replaceAll(/\s+/g, '');
  if (text === '') return 'Paste the code that the authorization page showed.';
  if (/^hg_[A-Za-z0-9]{20,}$/.test(text)) return 'This is an API key of Headgate. Paste the code from the authorization page.';
  if (/^sk-ant-/.test(text))
    return 'This is a key or token, not a code. Add it as an account of kind “API key” or “Long-lived token”.';
  const start = new URL(authorizationUrl);
  const isOfOther = (state: string | null | undefined): boolean =>
    state !== null && state !== undefined && state !== start.searchParams.get('state');
  if (!/^https?:\/\//i.test(text)) return isOfOther(/#(.+)$/.exec(text)?.[1]) ? OTHER_LOGIN : null;
  if (!URL.canParse(text)) return 'This address is not complete. Copy it whole.';
  const { searchParams, origin, pathname } = new URL(text);
  if (searchParams.has('code') || searchParams.has('error')) return isOfOther(searchParams.get('state')) ? OTHER_LOGIN : null;
  return origin === start.origin && pathname === start.pathname
    ? 'This is the address of the authorization page itself. Approve there first; the code comes after that.'
    : 'There is no code in this address. Copy the one of the page after approving.';
}

/**
 * Whether a whole code has come into the field at once, so that nothing but sending it is left to do: a code with the state of this login,
 * alone or in an address. Not while somebody corrects one by hand.
 */
export function isPastedWhole(before: string, after: string, state: string): boolean {
  const text = after.replaceAll(/\s+/g, '');
  return insertedInto(before, after) > 1 && (isCodeWith(state, text) || isAddressWith(state, text));
}

const isCodeWith = (state: string, text: string): boolean => text.endsWith(`#${state}`) && /^[^#:/]+#[^#]+$/.test(text);

function isAddressWith(state: string, text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { searchParams } = new URL(text);
  return searchParams.get('state') === state && (searchParams.get('code') ?? '') !== '';
}

/** How many characters stand in the later text that did not in the former, if one piece was put in or replaced. */
function insertedInto(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return after.length - head - tail;
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
