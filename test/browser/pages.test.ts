/** Every page of the dashboard: accessible, within the window, in both themes, and without a complaint of the browser. */
import assert from 'node:assert/strict';
import { assertAccessible, assertFits, browsing, type Dashboard } from '../support/dashboard.ts';

const PAGES = ['/', '/accounts', '/keys', '/sessions', '/connect', '/settings'];

describe('the pages of the dashboard', function () {
  this.timeout(120_000);
  const browser = browsing();

  /** Accounts of different health, so that every status has its place. */
  async function aPool(window: { width: number; colorScheme: 'dark' | 'light' }): Promise<Dashboard> {
    const { width, colorScheme } = window;
    const dashboard = await browser.start({
      accounts: ['studio', 'weekend', 'a-rather-long-name-of-an-account-that-nobody-expected-here'],
      window: { viewport: { width, height: width > 800 ? 900 : 780 }, colorScheme, reducedMotion: 'reduce' },
    });
    const { world } = dashboard;
    world.simulator.fault('weekend', { action: { kind: 'quota_rejected' }, times: null });
    for (let turn = 0; turn < 4; turn += 1) await (await world.ask()).text();
    return dashboard;
  }

  for (const width of [360, 1440]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`are accessible and fit into ${width} px in the ${colorScheme} theme`, async () => {
        const dashboard = await aPool({ width, colorScheme });
        const { page, open } = dashboard;
        await open('/');
        await page.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor();
        await assertAccessible(page);
        await assertFits(page);
        await dashboard.signIn();
        for (const path of PAGES) {
          await open(path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await page.locator('.animate-pulse').last().waitFor({ state: 'detached' });
          await assertFits(page);
          await assertAccessible(page);
        }
      });
    }
  }

  it('say without scrolling whether the pool serves, which account does not, why and until when', async () => {
    for (const width of [360, 1440]) {
      const { page, open, signIn } = await aPool({ width, colorScheme: 'light' });
      await open('/');
      await signIn();
      for (const text of [/^(Healthy|Degraded|Unhealthy)\./, 'weekend', 'Its quota is used up.', /back in /]) {
        const place = page.getByRole('main').getByText(text).first();
        await place.waitFor();
        const box = await place.boundingBox();
        assert.ok(
          box && box.y + box.height <= (page.viewportSize()?.height ?? 0),
          `${text} lies below the window of ${width} px`,
        );
      }
    }
  });

  it('show the page that was asked for after signing in', async () => {
    const { page, open, signIn } = await browser.start();
    await open('/keys');
    await signIn();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  });

  it('hold no secret in storage or address', async () => {
    const { page, open, signIn, world } = await browser.start({ accounts: ['studio'] });
    await open('/');
    await signIn();
    for (const path of PAGES) {
      await open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const kept = String(
        await page.evaluate('JSON.stringify([localStorage, sessionStorage, location.href, document.documentElement.outerHTML])'),
      );
      for (const secret of [world.app.adminKey, world.key]) assert.ok(!kept.includes(secret), `a secret on ${path}`);
      assert.doesNotMatch(kept, /sim-(at|rt)-/);
    }
  });

  it('can be reached and left by keyboard alone', async () => {
    const { page, open, world } = await browser.start({ accounts: ['studio'] });
    await open('/accounts');
    await page.getByLabel('Admin key').waitFor();
    await page.keyboard.type(world.app.adminKey);
    await page.keyboard.press('Enter');
    const add = page.getByRole('button', { name: 'Add account' });
    await add.waitFor();
    await moveTo('Add account', 'Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement.textContent.trim()'), 'Add account', 'focus comes back');
    await moveTo('Actions for studio', 'Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Disable' }).waitFor();
    await moveTo('Disable', 'ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('main').getByText('Inactive', { exact: true }).first().waitFor();

    async function moveTo(name: string, key: 'Tab' | 'ArrowDown'): Promise<void> {
      for (let step = 0; step < 60; step += 1) {
        const focused = await page.evaluate(
          '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()',
        );
        if (focused === name) return;
        await page.keyboard.press(key);
      }
      assert.fail(`"${name}" cannot be reached by ${key}`);
    }
  });
});
