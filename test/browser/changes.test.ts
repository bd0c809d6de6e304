/** What a person changes in the browser, up to what the server then does: sessions, settings, accounts, keys. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { browsing, type Dashboard } from '../support/dashboard.ts';
import { eventually } from '../support/eventually.ts';
import { aMessage } from '../support/start-app.ts';

const dialogOf = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).first();

/** Opens the menu that the button stands for, and takes an entry of it. */
async function choose(page: Page, button: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

const confirm = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true }).click();

describe('changes in the browser', function () {
  this.timeout(90_000);
  const browser = browsing();

  async function on(path: string, options: Parameters<typeof browser.start>[0] = {}): Promise<Dashboard> {
    const dashboard = await browser.start(options);
    await dashboard.open(path);
    await dashboard.signIn();
    return dashboard;
  }

  it('revoke a session after a question that names it: what runs for it is cut, and the client refused', async () => {
    const { page, world } = await on('/sessions', { accounts: ['studio'] });
    world.simulator.fault('studio', { action: { kind: 'stall', afterEvents: 2 }, times: 1 });
    const running = await world.ask({ body: { ...aMessage, stream: true } });
    const ended = running.text().then(
      () => 'whole',
      () => 'cut',
    );
    await page.getByText('1 client, 1 request running').waitFor();
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await dialogOf(page).getByText('Revoke the session of “test” at 127.0.0.1?').waitFor();
    await dialogOf(page)
      .getByText(/1 running request is cut off/)
      .waitFor();
    await confirm(page, 'Revoke session');
    await page.getByText(/Revoked, refused for/).waitFor();
    assert.equal(await ended, 'cut');
    assert.equal((await world.ask()).status, 403);
  });

  it('set a setting in place, which then is shown as set here, and give it back to the file', async () => {
    const { page, world } = await on('/settings');
    const row = page.getByRole('listitem').filter({ hasText: 'retry.max_attempts' });
    const inForce = async () =>
      (await world.admin('GET', '/api/settings')).body.data.find(({ key }: { key: string }) => key === 'retry.max_attempts')
        .value;
    const before = await inForce();
    await row.getByRole('button', { name: 'Change retry.max_attempts' }).click();
    await row.getByLabel('retry.max_attempts').fill('0');
    await row.getByRole('button', { name: 'Save' }).click();
    await row.getByRole('alert').waitFor();
    await row.getByLabel('retry.max_attempts').fill('7');
    await row.getByRole('button', { name: 'Save' }).click();
    await row.getByText('set here').waitFor();
    assert.equal(await inForce(), 7);
    await row.getByRole('button', { name: 'Change retry.max_attempts' }).click();
    await row.getByRole('button', { name: `Reset to ${before}` }).click();
    await row.getByText('set here').waitFor({ state: 'detached' });
    // The words go while the row shows that it is being saved.
    await eventually(async () => assert.equal(await inForce(), before));
  });

  it('edit an account: its name, its priority and its limits', async () => {
    const { page, world } = await on('/accounts', { accounts: ['studio'] });
    await choose(page, 'Actions for studio', 'Edit…');
    const dialog = dialogOf(page);
    await dialog.getByLabel('Name').fill('atelier');
    await dialog.getByLabel('Priority').fill('-3');
    await dialog.getByLabel('Most requests at once').fill('2');
    await dialog.getByLabel('Share of its quota, in %').fill('80');
    await dialog.getByLabel('Paid overage').selectOption('Allowed');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'atelier', exact: true }).waitFor();
    const [{ name, priority, max_concurrency, max_utilization, allow_overage }] = (await world.admin('GET', '/api/accounts')).body
      .data;
    assert.deepEqual([name, priority, max_concurrency, max_utilization, allow_overage], ['atelier', -3, 2, 0.8, true]);
  });

  it('prefer an account after a question that says what else that changes', async () => {
    const { page, world } = await on('/accounts', { accounts: ['studio', 'weekend'] });
    await choose(page, 'Actions for weekend', 'Prefer over all others…');
    await dialogOf(page).getByText('balancer.policy').waitFor();
    await confirm(page, 'Serve from this one');
    await page.getByText('New conversations are served from weekend first.').waitFor();
    for (let turn = 0; turn < 3; turn += 1) assert.equal((await world.ask()).status, 200);
    const { data } = (await world.admin('GET', '/api/accounts')).body;
    const requestsOf = (wanted: string) => data.find(({ name }: { name: string }) => name === wanted).counters.requests;
    assert.deepEqual([requestsOf('studio'), requestsOf('weekend')], [0, 3]);
  });

  it('clear a limit after a question that says when it would end by itself', async () => {
    const { page, world } = await on('/accounts', { accounts: ['studio', 'weekend'] });
    world.simulator.fault('weekend', { action: { kind: 'throttled', retryAfter: 600 }, times: 1 });
    for (let turn = 0; turn < 3; turn += 1) await (await world.ask()).text();
    const row = page.getByRole('row').filter({ hasText: 'weekend' });
    await row.getByText('Rate limited').waitFor();
    await choose(page, 'Actions for weekend', 'Clear limit now…');
    await dialogOf(page)
      .getByText(/It would come back by itself in/)
      .waitFor();
    await confirm(page, 'Clear limit');
    await row.getByText('Active', { exact: true }).waitFor();
  });

  it('rotate a key with time for its clients, disable it, and delete it', async () => {
    const { page, world } = await on('/keys', { accounts: ['studio'] });
    const row = page.getByRole('row').filter({ hasText: world.key.slice(0, 8) });
    const statusWith = async (key: string) => (await world.ask({ headers: { authorization: `Bearer ${key}` } })).status;

    await choose(page, 'Actions for key test', 'Rotate…');
    await dialogOf(page).getByLabel('The former secret still works').selectOption('for an hour');
    await confirm(page, 'Rotate key');
    const shown = await dialogOf(page)
      .getByText(/hg_[0-9A-Za-z]{49}/)
      .first()
      .textContent();
    const next = /hg_[0-9A-Za-z]{49}/.exec(shown ?? '')?.[0] ?? '';
    await confirm(page, 'I have kept it');
    assert.deepEqual([await statusWith(world.key), await statusWith(next)], [200, 200]);
    await page.getByText('former key until').waitFor();

    await choose(page, 'Actions for key test', 'Disable');
    await page.getByText('Disabled', { exact: true }).waitFor();
    assert.deepEqual([await statusWith(world.key), await statusWith(next)], [401, 401]);
    await choose(page, 'Actions for key test', 'Enable');
    await page.getByText('Enabled', { exact: true }).waitFor();
    assert.equal(await statusWith(next), 200);

    await choose(page, 'Actions for key test', 'Delete…');
    await dialogOf(page).getByText('Delete key “test”?').waitFor();
    await confirm(page, 'Delete test');
    await page.getByText('Create the first key').waitFor();
    assert.equal(await row.count(), 0);
    assert.equal(await statusWith(next), 401);
  });

  it('order and narrow the accounts by keyboard, and keep that in the address', async () => {
    const { page, open } = await on('/accounts', { accounts: ['beta', 'alpha', 'gamma'] });
    const names = () => page.locator('[data-row-link]').allTextContents();
    await page.getByRole('button', { name: 'Account', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('columnheader', { name: 'Account' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    assert.deepEqual(await names(), ['alpha', 'beta', 'gamma']);
    await page.getByLabel('Find accounts').focus();
    await page.keyboard.type('gam');
    assert.equal(await page.getByLabel('Find accounts').inputValue(), 'gam');
    await page.getByRole('link', { name: 'alpha' }).waitFor({ state: 'detached' });
    assert.deepEqual(await names(), ['gamma']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /^Active/, pressed: true }).waitFor();
    const { pathname, search } = new URL(page.url());
    assert.match(search, /sort=name/);
    await open(`${pathname.replace('/ui', '')}${search}`);
    await page.getByRole('link', { name: 'gamma' }).waitFor();
    assert.deepEqual(await names(), ['gamma']);
    await page.getByRole('button', { name: /^Active/, pressed: true }).waitFor();
  });
});
