/** The three things that a new operator does first, walked with as few clicks as there are; more than these, and the way has grown. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { browsing } from '../support/dashboard.ts';

/** Counts what is clicked in the dashboard from now on. Typing and pasting are no clicks. */
async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate('window.clicks = 0; addEventListener("pointerdown", () => { window.clicks += 1; }, true)');
  return async () => Number(await page.evaluate('window.clicks'));
}

describe('the clicks of a new operator', function () {
  this.timeout(90_000);
  const browser = browsing();

  /** Approves at the provider, in its own tab, and brings the code back as the clipboard would. */
  async function approveInTab(page: Page, provider: Page, owner: string): Promise<void> {
    await provider
      .getByRole('button', { name: owner })
      .or(provider.getByRole('link', { name: owner }))
      .first()
      .click();
    const text =
      (await provider
        .getByText(/^[\w-]+#[\w-]{43}$/)
        .first()
        .textContent()) ?? '';
    await page.bringToFront();
    await page.keyboard.insertText(text.trim());
  }

  it('are at most two to add an account', async () => {
    const { page, world, context, open, signIn } = await browser.start({ accounts: ['studio'] });
    world.simulator.addAccount({ name: 'atelier', email: 'atelier@example.com' });
    await open('/');
    await signIn();
    const clicks = await countClicks(page);
    await page.getByRole('button', { name: 'Add account' }).click();
    const opened = context.waitForEvent('page');
    await page.getByRole('dialog').getByRole('button', { name: 'Open the authorization page' }).click();
    const provider = await opened;
    await page.getByLabel('Code', { exact: true }).waitFor();
    await approveInTab(page, provider, 'atelier');
    await page.getByText('atelier@example.com is added and serves from now on.').waitFor();
    await page.getByRole('link', { name: 'atelier@example.com' }).first().waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.ok((await clicks()) <= 2, `${await clicks()} clicks`);
  });

  it('are none to see why an account does not serve, and at most two to bring it back', async () => {
    const { page, world, context, open, signIn } = await browser.start({ accounts: ['studio', 'old-laptop'] });
    world.simulator.revoke('old-laptop');
    const { data } = (await world.admin('GET', '/api/accounts?sort=name')).body;
    await world.admin('POST', `/api/accounts/${data[0].id}/refresh`);
    await open('/');
    await signIn();
    const clicks = await countClicks(page);
    const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'old-laptop' }).first();
    await row.getByText('Its credential was refused. Authorize it again.').waitFor();
    assert.equal(await clicks(), 0);
    await row.getByRole('button', { name: 'Re-authorize' }).click();
    const opened = context.waitForEvent('page');
    await page.getByRole('dialog').getByRole('button', { name: 'Open the authorization page' }).click();
    const provider = await opened;
    await page.getByLabel('Code', { exact: true }).waitFor();
    await approveInTab(page, provider, 'old-laptop');
    await page.getByText('old-laptop is authorized again and serves from now on.').waitFor();
    await row.getByText('Active').waitFor();
    assert.ok((await clicks()) <= 2, `${await clicks()} clicks`);
  });

  it('are at most five to hand out a key for thirty days', async () => {
    const { page, world, context, open, signIn } = await browser.start({ accounts: ['studio'] });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/');
    await signIn();
    const clicks = await countClicks(page);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').waitFor();
    await page.keyboard.type('colleague');
    await dialog.getByText('30 days').click();
    await dialog.getByText(/^Ends on /).waitFor();
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText(/Role user: .* It ends on /).waitFor();
    await dialog.getByRole('button', { name: 'Copy the lines and close' }).click();
    await dialog.waitFor({ state: 'detached' });
    const lines = String(await page.evaluate('navigator.clipboard.readText()'));
    assert.match(lines, /ANTHROPIC_BASE_URL=.*\n.*ANTHROPIC_AUTH_TOKEN=.*hg_/);
    const key = (await world.admin('GET', '/api/keys')).body.data.find(({ name }: { name: string }) => name === 'colleague');
    const days = (Date.parse(key.expires_at) - Date.now()) / 86_400_000;
    assert.ok(key.role === 'user' && Math.abs(days - 30) < 0.1, `${key.role}, ${days} days`);
    assert.ok((await clicks()) <= 5, `${await clicks()} clicks`);
  });
});
