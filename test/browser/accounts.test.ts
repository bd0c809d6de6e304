/** From the first run to the first served request, and everything that can happen to an account, through the browser alone. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { browsing, type Dashboard } from '../support/dashboard.ts';

describe('accounts in the browser', function () {
  this.timeout(90_000);
  const browser = browsing();

  /** Signed in, on the page of accounts. */
  async function onAccounts(options: Parameters<typeof browser.start>[0] = {}): Promise<Dashboard> {
    const dashboard = await browser.start(options);
    await dashboard.open('/accounts');
    await dashboard.signIn();
    return dashboard;
  }

  const dialogOf = (page: Page) => page.getByRole('dialog');

  /** The first step of the dialog: asks for a login and returns the address where the owner approves. */
  async function beginLogin(page: Page, name?: string): Promise<string> {
    await page.getByRole('button', { name: 'Add account' }).first().click();
    const dialog = dialogOf(page);
    if (name !== undefined) await dialog.getByLabel(/^Name/).fill(name);
    return getLink(page);
  }

  async function getLink(page: Page): Promise<string> {
    await dialogOf(page).getByRole('button', { name: 'Get the link only' }).click();
    const link = dialogOf(page).getByRole('link', { name: 'Open the authorization page' });
    return (await link.getAttribute('href')) ?? '';
  }

  /** Approves as the owner would and pastes the code that the provider's page shows. */
  async function paste({ world, page }: Dashboard, address: string, owner: string): Promise<void> {
    const { code, state } = world.simulator.approve(address, owner);
    await dialogOf(page).getByLabel('Code', { exact: true }).fill(`${code}#${state}`);
  }

  const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name }).first();

  it('lead from the first run to the first served request: add, make a key, ask, and see it arrive', async () => {
    const dashboard = await onAccounts();
    const { page, world } = dashboard;
    world.simulator.addAccount({ name: 'ada', email: 'ada@example.com' });
    await paste(dashboard, await beginLogin(page, 'studio'), 'ada');
    await dialogOf(page).getByText('ada@example.com').waitFor();
    await dialogOf(page)
      .getByRole('button', { name: /^done|close|not now/i })
      .first()
      .click();
    await rowOf(page, 'studio').getByText('Active').waitFor();

    await page.getByRole('link', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Create key' }).click();
    await dialogOf(page).getByLabel('Name').fill('laptop');
    await dialogOf(page)
      .getByRole('button', { name: /create/i })
      .click();
    const shown = await page
      .getByText(/hg_[0-9A-Za-z]{49}/)
      .first()
      .textContent();
    const key = /hg_[0-9A-Za-z]{49}/.exec(shown ?? '')?.[0] ?? '';
    const reply = await fetch(`${world.app.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 8, messages: [{ role: 'user', content: 'hello' }] }),
    });
    assert.equal(reply.status, 200);
    await reply.text();
    await page.getByText('It works: a request arrived').waitFor();
    await page.getByText(/served by studio · key laptop/).waitFor();
  });

  it('are added without pasting anything where the provider sends the browser back', async () => {
    const { page, world, context } = await onAccounts({ returnsByItself: true });
    world.simulator.addAccount({ name: 'ada', email: 'ada@example.com' });
    await page.getByRole('button', { name: 'Add account' }).first().click();
    const opened = context.waitForEvent('page');
    await dialogOf(page).getByRole('button', { name: 'Open the authorization page' }).click();
    const provider = await opened;
    await provider
      .getByRole('button', { name: /ada/ })
      .or(provider.getByRole('link', { name: /ada/ }))
      .first()
      .click();
    await dialogOf(page).getByText('ada@example.com').waitFor();
  });

  it('say which identity was there already when one is added twice, and keep one account', async () => {
    const dashboard = await onAccounts({ accounts: ['ada'] });
    const { page } = dashboard;
    await paste(dashboard, await beginLogin(page, 'again'), 'ada');
    await page.getByText('ada was in the pool already.').waitFor();
    await dialogOf(page).waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('row').filter({ hasText: 'ada' }).count(), 1);
  });

  it('explain a wrong code, keep what was entered, and take the complaint back once it is changed', async () => {
    const { page } = await onAccounts();
    await beginLogin(page, 'studio');
    const code = dialogOf(page).getByLabel('Code', { exact: true });
    await code.fill('not-a-code#not-a-state');
    await dialogOf(page).getByRole('button', { name: 'Add account' }).click();
    await dialogOf(page).getByRole('alert').waitFor();
    assert.equal(await code.inputValue(), 'not-a-code#not-a-state');
    await code.press('End');
    await code.press('Backspace');
    await dialogOf(page).getByRole('alert').waitFor({ state: 'detached' });
  });

  it('take a code that is pasted after a wrong one without another click', async () => {
    const dashboard = await onAccounts({ accounts: ['studio'] });
    const { page, world } = dashboard;
    world.simulator.addAccount({ name: 'ada', email: 'ada@example.com' });
    const address = await beginLogin(page);
    const { state } = world.simulator.approve(address, 'ada');
    await dialogOf(page).getByLabel('Code', { exact: true }).fill(`wrong#${state}`);
    await dialogOf(page).getByRole('alert').waitFor();
    await paste(dashboard, address, 'ada');
    await page.getByText('ada@example.com is added and serves from now on.').waitFor();
    await dialogOf(page).waitFor({ state: 'detached' });
    assert.equal(await rowOf(page, 'ada@example.com').getByText('ada@example.com', { exact: true }).count(), 1, 'told once');
  });

  it('keep the focus in the field for the code while the provider’s page is open, and have it again on the way back', async () => {
    const { page, context } = await onAccounts({ accounts: ['studio'] });
    await page.getByRole('button', { name: 'Add account' }).click();
    const opened = context.waitForEvent('page');
    await dialogOf(page).getByRole('button', { name: 'Open the authorization page' }).click();
    await (await opened)
      .getByText(/studio/)
      .first()
      .waitFor();
    const code = dialogOf(page).getByLabel('Code', { exact: true });
    const focused = () => page.evaluate('document.activeElement.tagName');
    await code.waitFor();
    assert.equal(await focused(), 'TEXTAREA');
    await dialogOf(page).getByRole('link', { name: 'Open it again' }).focus();
    await page.evaluate('window.dispatchEvent(new Event("focus"))');
    assert.equal(await focused(), 'TEXTAREA');
  });

  it('ask before a code that was typed is lost', async () => {
    const { page } = await onAccounts();
    await beginLogin(page);
    await dialogOf(page).getByLabel('Code', { exact: true }).fill('half-a-co');
    await page.keyboard.press('Escape');
    const question = page.getByRole('alertdialog', { name: 'Close without finishing?' });
    await question.getByRole('button', { name: 'Go on' }).click();
    assert.equal(await dialogOf(page).getByLabel('Code', { exact: true }).inputValue(), 'half-a-co');
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Close' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
  });

  it('count down while one is limited, and show it again when it is back', async () => {
    const { page, world, open } = await onAccounts({ accounts: ['studio', 'weekend'] });
    world.simulator.fault('weekend', { action: { kind: 'throttled', retryAfter: 4 } });
    for (let turn = 0; turn < 3; turn += 1) await (await world.ask()).text();
    await open('/accounts');
    const row = rowOf(page, 'weekend');
    await row.getByText('Rate limited').waitFor();
    await row.getByText(/back in/).waitFor();
    await row.getByText('Active', { exact: true }).waitFor();
  });

  it('lead from a revoked login to a new one, in place', async () => {
    const dashboard = await onAccounts({ accounts: ['studio'] });
    const { page, world } = dashboard;
    world.simulator.revoke('studio');
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('POST', `/api/accounts/${id}/refresh`);
    const row = rowOf(page, 'studio');
    await row.getByText('Invalid', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Re-authorize' }).click();
    const dialog = dialogOf(page);
    const address = await getLink(page);
    await dialog.getByText('Sign in there as').waitFor();
    assert.equal(await dialog.getByText(/account to add/).count(), 0);
    await paste(dashboard, address, 'studio');
    await page.getByText('studio is authorized again and serves from now on.').waitFor();
    await row.getByText('Active').waitFor();
    assert.equal((await world.admin('GET', '/api/accounts')).body.data.length, 1);
  });

  it('say which account was renewed when the owner of another one approved, and make no second', async () => {
    const dashboard = await onAccounts({ accounts: ['old-laptop', 'weekend'] });
    const { page, world } = dashboard;
    await page.getByRole('button', { name: 'Actions for old-laptop' }).click();
    await page.getByRole('menuitem', { name: 'Re-authorize…' }).click();
    await paste(dashboard, await getLink(page), 'weekend');
    await dialogOf(page).getByText('"weekend", which was in the pool already, has a new login.').waitFor();
    assert.equal((await world.admin('GET', '/api/accounts')).body.data.length, 2);
    await dialogOf(page).getByRole('button', { name: 'Start again' }).waitFor();
  });

  it('are offered a new login by the test only once the test has failed', async () => {
    const { page, world } = await onAccounts({ accounts: ['studio'] });
    world.simulator.revoke('studio');
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('POST', `/api/accounts/${id}/refresh`);
    await rowOf(page, 'studio').getByText('Invalid', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Actions for studio' }).click();
    await page.getByRole('menuitem', { name: 'Test…' }).click();
    const dialog = dialogOf(page);
    await dialog.getByRole('button', { name: 'Test now' }).waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Re-authorize' }).count(), 0);
    await dialog.getByRole('button', { name: 'Test now' }).click();
    await dialog.getByText('It does not serve').waitFor();
    await dialog.getByRole('button', { name: 'Re-authorize' }).click();
    await dialog.getByText('Re-authorize “studio”').waitFor();
  });

  it('are removed after a question that names them and what is lost', async () => {
    const { page } = await onAccounts({ accounts: ['studio'] });
    await page.getByRole('button', { name: 'Actions for studio' }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    const dialog = page.getByRole('alertdialog').or(dialogOf(page)).first();
    await dialog.getByText('Remove “studio”?').waitFor();
    await dialog.getByText(/its login/).waitFor();
    await dialog.getByRole('button', { name: 'Remove studio' }).click();
    await page
      .getByText(/add.*(first|an) account/i)
      .first()
      .waitFor();
  });
});
