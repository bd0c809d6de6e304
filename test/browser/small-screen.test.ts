/** What a screen of 360 pixels must not cut off, and what a dialog must cover. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { browsing, type Dashboard } from '../support/dashboard.ts';

const SMALL = { viewport: { width: 360, height: 740 } };

/** What is used of the page's own objects: the types of tests have none of a browser's. */
interface PageElement {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly parentElement: PageElement | null;
  getBoundingClientRect(): { readonly left: number; readonly right: number; readonly bottom: number };
}
declare const getComputedStyle: (element: PageElement) => { readonly overflowX: string; readonly overflowY: string };
declare const innerWidth: number;

/** Whether everything in it is to be seen: nothing is cut at its edges, or at those of what it stands in. */
const isWhole = (place: Locator): Promise<boolean> =>
  place.evaluate((element: PageElement) => {
    const box = element.getBoundingClientRect();
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1) return false;
    // The outermost one is the page itself, which scrolls.
    for (let outer = element.parentElement; outer?.parentElement; outer = outer.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(outer);
      const bounds = outer.getBoundingClientRect();
      if (overflowX !== 'visible' && (box.right > bounds.right + 1 || box.left < bounds.left - 1)) return false;
      if (overflowY !== 'visible' && box.bottom > bounds.bottom + 1) return false;
    }
    return box.right <= innerWidth + 1;
  });

describe('on a small screen', function () {
  this.timeout(60_000);
  const browser = browsing();

  async function on(path: string, options: Parameters<typeof browser.start>[0] = {}): Promise<Dashboard> {
    const dashboard = await browser.start({ window: SMALL, ...options });
    await dashboard.open(path);
    await dashboard.signIn();
    return dashboard;
  }

  async function assertWhole(page: Page, places: Readonly<Record<string, Locator>>): Promise<void> {
    for (const [what, place] of Object.entries(places)) {
      await place.waitFor();
      assert.ok(await isWhole(place), `${what} is cut off on ${page.url()}`);
    }
  }

  it('the overview shows its figures, the legend of its chart and what happened', async () => {
    const { page, world } = await on('/', { accounts: ['an-account-with-a-rather-long-name'] });
    for (let turn = 0; turn < 3; turn += 1) await (await world.ask()).text();
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('POST', `/api/accounts/${id}/refresh`);
    const tile = page.getByRole('term').filter({ hasText: 'Tokens, last hour' }).locator('..');
    await assertWhole(page, {
      'the number of tokens': tile.getByRole('definition').first(),
      'the legend': page.locator('.u-legend').getByText('Errors'),
      'the event': page.getByText('· Token refreshed').first(),
    });
  });

  it('the accounts can be narrowed to every status', async () => {
    const { page } = await on('/accounts', { accounts: ['studio'] });
    await assertWhole(page, { 'the last status': page.getByRole('button', { name: /^Inactive/ }) });
  });

  it('the lines for a client are to be read as a whole', async () => {
    const { page } = await on('/connect');
    await assertWhole(page, {
      'the lines': page.getByRole('tabpanel').locator('pre'),
      'their title': page.getByText('bash, zsh and other shells'),
    });
  });

  it('the menu says whose it is, and has a way out', async () => {
    const { page } = await on('/');
    await page.getByRole('button', { name: 'Menu' }).click();
    const menu = page.getByRole('dialog', { name: 'Headgate' });
    await menu.getByRole('button', { name: 'Close the menu' }).click();
    await menu.waitFor({ state: 'detached' });
  });

  it('the shade of a dialog reaches from edge to edge', async () => {
    for (const width of [360, 1440]) {
      const { page } = await on('/accounts', { accounts: ['studio'], window: { viewport: { width, height: 500 } } });
      await page.getByRole('button', { name: 'Actions for studio' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByRole('alertdialog').waitFor();
      const covered = await page.evaluate(
        `Math.max(...[...document.querySelectorAll('body > div')].map((node) => node.getBoundingClientRect().right))`,
      );
      assert.equal(covered, await page.evaluate('innerWidth'), `at ${width} px`);
    }
  });

  it('the simulator’s pages fit, follow the theme, and give their code by one press', async () => {
    const { page, world, context } = await on('/', { window: { ...SMALL, colorScheme: 'dark' } });
    world.simulator.addAccount({ name: 'ada', email: 'ada-with-a-rather-long-address@example.test' });
    const { authorization_url } = (await world.admin('POST', '/api/oauth/authorize', {})).body;
    await page.goto(authorization_url);
    await assertWhole(page, { 'the button': page.getByRole('button', { name: /Approve as ada/ }) });
    await page.getByRole('button', { name: /Approve as ada/ }).click();
    await assertWhole(page, { 'the code': page.locator('#code') });
    const code = (await page.locator('#code').textContent()) ?? '';
    const [red = 255] =
      String(await page.evaluate('getComputedStyle(document.querySelector("#code")).color'))
        .match(/\d+/g)
        ?.map(Number) ?? [];
    assert.ok(red > 200, 'light letters in the dark theme');
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(page.url()).origin });
    await page.getByRole('button', { name: 'Copy the code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), code);
  });
});
