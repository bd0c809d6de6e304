/**
 * What the return page runs in the browser, served as a file of its own because the page's policy allows no script inside it.
 * Before it has run, and wherever it cannot, the page shows the code to paste.
 */
export const CALLBACK_SCRIPT = `const { searchParams } = new URL(location.href);
const say = (text) => { document.getElementById('status').textContent = text; };
const showCode = (shown) => { document.getElementById('paste').hidden = !shown; };

// Code and state must not stay in the address bar and the history.
history.replaceState(null, '', location.pathname);

const session = await fetch('/api/auth/session').then((reply) => reply.json()).catch(() => null);
if (session?.authenticated) await addAccount();

async function addAccount() {
  showCode(false);
  say('Adding the account…');
  const reply = await fetch('/api/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-headgate-csrf': '1' },
    body: JSON.stringify({ code: searchParams.get('code'), state: searchParams.get('state') }),
  }).catch(() => null);
  const body = await reply?.json().catch(() => null);
  if (reply?.ok) {
    document.querySelector('h1').textContent = 'Done';
    say((body.result === 'reauthorized' ? 'Authorized again: ' : 'Added: ') + body.account.name + '. You can close this page.');
    return;
  }
  document.querySelector('h1').textContent = 'Not added';
  say(body?.error?.message ?? 'Headgate did not answer. Try the code by hand.');
  // The code may still be good where it was not judged.
  showCode(!reply || reply.status >= 500);
}
`;
