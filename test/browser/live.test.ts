/** What stays open: many tabs on one connection, a server that restarts, a network that goes away, a session that ends. */
import assert from 'node:assert/strict';
import { startApp } from '../../src/app.ts';
import { testLoaded } from '../support/config.ts';
import { browsing } from '../support/dashboard.ts';

describe('a dashboard that stays open', function () {
  this.timeout(90_000);
  const browser = browsing();

  it('is live in eight tabs at once, over one connection of the browser', async () => {
    const { context, world, open, signIn, page } = await browser.start({ accounts: ['studio'] });
    let streams = 0;
    context.on('request', (request) => {
      if (request.url().endsWith('/api/events')) streams += 1;
    });
    await open('/');
    await signIn();
    const tabs = [page];
    while (tabs.length < 8) {
      const tab = await context.newPage();
      await open('/', tab);
      await tab.getByRole('heading', { level: 1 }).waitFor();
      tabs.push(tab);
    }
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('PATCH', `/api/accounts/${id}`, { name: 'renamed-meanwhile' });
    for (const tab of tabs) {
      await tab.bringToFront();
      await tab.getByText('renamed-meanwhile').first().waitFor();
    }
    assert.ok(streams <= tabs.length, `${streams} connections for events`);
  });

  it('says that it is out of date while the server is away, and goes on when it is back', async () => {
    const { page, world, open, signIn, mayComplainOf } = await browser.start({ accounts: ['studio'] });
    await open('/');
    await signIn();
    const { server, storage, claude, oauth } = world.app.config();
    // What cannot be reached is told to the console by the browser itself.
    mayComplainOf(/net::ERR_/);
    await world.app.stop({ graceful: false });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('it could not be asked for again').first().waitFor();
    const again = await startApp({
      loaded: testLoaded({
        server: { port: server.port },
        storage: { dataFolder: storage.dataFolder },
        claude: { baseUrl: claude.baseUrl },
        oauth: { clientId: oauth.clientId },
        logger: { level: 'error' },
      }),
    });
    try {
      // A restart signs everybody out: the page leads to signing in, and back.
      await page.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor();
      await page.getByLabel('Admin key').fill(again.adminKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('main').getByText('studio').first().waitFor();
    } finally {
      await again.stop({ graceful: false });
    }
  });

  it('says that the network is away, and catches up by itself', async () => {
    const { page, world, context, open, signIn, mayComplainOf } = await browser.start({ accounts: ['studio'] });
    await open('/accounts');
    await signIn();
    mayComplainOf(/net::ERR_/);
    await context.setOffline(true);
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('PATCH', `/api/accounts/${id}`, { name: 'renamed-meanwhile' });
    await context.setOffline(false);
    await page.getByText('renamed-meanwhile').first().waitFor();
  });

  it('leads to signing in when its session ends, and then back to where one was', async () => {
    const { page, open, signIn } = await browser.start({ accounts: ['studio'], config: { auth: { sessionTtlMs: 4000 } } });
    await open('/settings');
    await signIn();
    await page.getByText('Your session has ended').waitFor();
    await signIn();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  });

  it('ends with logging out: the way back asks for the key again', async () => {
    const { page, open, signIn } = await browser.start();
    await open('/');
    await signIn();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor();
    await open('/accounts');
    await page.getByRole('heading', { name: 'Sign in to Headgate' }).waitFor();
  });

  it('says when there were too many wrong keys, and for how long', async () => {
    const { page, open, world } = await browser.start();
    await open('/');
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await fetch(`${world.app.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: world.app.url, 'x-headgate-csrf': '1' },
        body: JSON.stringify({ api_key: 'wrong-key-of-this-test' }),
      });
    }
    await page.getByLabel('Admin key').fill('wrong-key-of-this-test');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Too many wrong keys').waitFor();
    await page.getByText(/try again in \d+ s/).waitFor();
  });
});
