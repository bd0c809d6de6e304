/** The first look at the overview: nothing on it jumps, and nothing is asked for twice. */
import assert from 'node:assert/strict';
import { browsing, type Dashboard } from '../support/dashboard.ts';

/** Layout shifts without a hand in them, added up as browsers do (web.dev/cls), and where they came from. */
const WATCH_SHIFTS = `
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

describe('the overview at the first look', function () {
  this.timeout(60_000);
  const browser = browsing();

  /** Signed in on the page of accounts, with the overview still to be opened in a page of its own. */
  async function signedIn(width: number): Promise<Dashboard> {
    const dashboard = await browser.start({
      accounts: ['studio', 'weekend', 'old-laptop'],
      window: { viewport: { width, height: width > 800 ? 900 : 740 } },
    });
    dashboard.world.simulator.fault('weekend', { action: { kind: 'quota_rejected' }, times: null });
    for (let turn = 0; turn < 4; turn += 1) await (await dashboard.world.ask()).text();
    await dashboard.open('/settings');
    await dashboard.signIn();
    await dashboard.page.goto('about:blank');
    return dashboard;
  }

  for (const width of [360, 1440])
    it(`keeps its layout while it fills, at ${width} px`, async () => {
      const dashboard = await signedIn(width);
      const page = await dashboard.anotherPage();
      await page.addInitScript(WATCH_SHIFTS);
      // One after the other, as over a slow network: whatever comes first must not be moved by what follows.
      for (const [path, ms] of [
        ['**/api/admin/statistics', 150],
        ['**/api/accounts?*', 300],
        ['**/api/requests?*', 450],
        ['**/api/events/recent?*', 600],
      ] as const)
        await page.route(path, async (route) => {
          await new Promise((resolve) => setTimeout(resolve, ms));
          await route.continue();
        });
      await dashboard.open('/', page);
      await page.getByRole('region', { name: 'Recent events' }).getByRole('listitem').first().waitFor();
      await page.getByRole('img', { name: /^Requests by minute/ }).waitFor();
      const shifted = Number(await page.evaluate('new Promise((done) => requestAnimationFrame(() => done(window.shifted)))'));
      assert.ok(shifted < 0.1, `layout shift ${shifted}`);
    });

  it('asks for each thing once, and for the events of all accounts together', async () => {
    const dashboard = await signedIn(1440);
    const page = await dashboard.anotherPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(pathname);
    });
    await dashboard.open('/', page);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Recent events' }).getByRole('listitem').first().waitFor();
    // What is told now is heard after everything that the stream began with.
    const [{ id }] = (await dashboard.world.admin('GET', '/api/accounts')).body.data;
    await dashboard.world.admin('PATCH', `/api/accounts/${id}`, { name: 'renamed' });
    await page.getByRole('main').getByText('renamed').first().waitFor();
    assert.deepEqual(asked.toSorted(), [
      '/api/accounts',
      '/api/admin/statistics',
      '/api/auth/session',
      '/api/events',
      '/api/events/recent',
      '/api/requests',
    ]);
  });
});
