/** The page of the API in a real browser: read on a phone and at a desk, in the light and in the dark. */
import assert from 'node:assert/strict';
import { assertAccessible, assertFits, browsing } from '../support/dashboard.ts';

describe('the page of the API in a browser', function () {
  this.timeout(120_000);
  const { start } = browsing();

  for (const [what, width, colorScheme] of [
    ['on a phone in the light', 360, 'light'],
    ['at a desk in the dark', 1280, 'dark'],
  ] as const) {
    it(`can be read ${what}`, async () => {
      const { page, world } = await start({ window: { viewport: { width, height: 800 }, colorScheme } });
      await page.goto(`${world.app.url}/docs`);
      await assertFits(page);
      await assertAccessible(page);
      await page.getByRole('navigation', { name: 'Routes' }).getByRole('link', { name: 'POST /api/keys', exact: true }).click();
      assert.equal(await page.evaluate('location.hash'), '#createKey');
      const background = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      assert.equal(background, colorScheme === 'dark' ? 'rgb(16, 17, 20)' : 'rgb(250, 250, 250)');
    });
  }
});
