/** What the return page runs in the browser, served as a file of its own because the page's policy allows no script inside it. */
export const CALLBACK_SCRIPT = `const { searchParams } = new URL(location.href);
const status = document.getElementById('status');
const show = (text) => { status.textContent = text; };

// Code and state must not stay in the address bar or the history.
history.replaceState(null, '', location.pathname);

const session = await fetch('/api/auth/session').then((reply) => reply.json()).catch(() => null);
if (session?.authenticated) {
  const reply = await fetch('/api/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-headgate-csrf': '1' },
    body: JSON.stringify({ code: searchParams.get('code'), state: searchParams.get('state') }),
  });
  const body = await reply.json().catch(() => ({}));
  if (reply.ok) show((body.result === 'reauthorized' ? 'Authorized again: ' : 'Added: ') + body.account.name + '. You can close this page.');
  else show(body.error?.message ?? 'That did not work. Start again from Headgate.');
} else {
  show('One more step.');
  document.getElementById('paste').hidden = false;
}
`;
