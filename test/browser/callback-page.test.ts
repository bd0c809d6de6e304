/** A login returns to Headgate by itself: in a real browser, with the authorization page on another site, as it is in life. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { startWorld, type World } from '../support/start-app.ts';

/** A port that is free now: the redirect address has to be configured before the server listens. */
function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}

interface Scene {
  readonly world: World;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about: violations of the page's policy among them. */
  readonly complaints: readonly string[];
}

describe('the return of a login to Headgate', function () {
  this.timeout(30_000);
  let browser: Browser;
  let scene: Scene;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(async () => {
    await scene.context.close();
    await scene.world.stop();
  });

  /** Headgate on 127.0.0.1, the authorization page on localhost: for a browser these are two sites. */
  async function start(returnTo: 'localhost' | '127.0.0.1'): Promise<void> {
    const [port, simulatorPort] = [await freePort(), await freePort()];
    const world = await startWorld({
      simulator: { port: simulatorPort },
      config: {
        server: { port },
        oauth: {
          authorizeUrl: `http://localhost:${simulatorPort}/oauth/authorize`,
          redirectUri: `http://${returnTo}:${port}/oauth/callback`,
        },
      },
    });
    world.simulator.addAccount({ name: 'ada', email: 'ada@example.com' });
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      const isAboutIcon = message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !isAboutIcon) complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    scene = { world, context, page, complaints };
  }

  /** Sends a request from within the dashboard's page, as its code will. */
  const fromDashboard = (path: string, body: object): Promise<Record<string, string>> =>
    scene.page.evaluate(`fetch(${JSON.stringify(path)}, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-headgate-csrf': '1' },
      body: ${JSON.stringify(JSON.stringify(body))},
    }).then((reply) => reply.json())`);

  async function beginInDashboard(): Promise<string> {
    await scene.page.goto(`${scene.world.app.url}/ui/`);
    await fromDashboard('/api/auth/login', { api_key: scene.world.app.adminKey });
    return (await fromDashboard('/api/oauth/authorize', { name: 'work' }))['authorization_url'] ?? '';
  }

  async function beginElsewhere(): Promise<string> {
    return (await scene.world.admin('POST', '/api/oauth/authorize', { name: 'work' })).body.authorization_url;
  }

  async function approve(authorizationUrl: string): Promise<void> {
    await scene.page.goto(authorizationUrl);
    await scene.page.getByRole('button', { name: 'Approve as ada@example.com' }).click();
  }

  const status = () => scene.page.getByRole('status');
  const accounts = async () => (await scene.world.admin('GET', '/api/accounts')).body.data as { name: string }[];

  for (const returnTo of ['127.0.0.1', 'localhost'] as const) {
    it(`to ${returnTo} adds the account with the session of the dashboard`, async () => {
      await start(returnTo);
      await approve(await beginInDashboard());
      await status().getByText('Added: work').waitFor();
      assert.deepEqual(
        (await accounts()).map(({ name }) => name),
        ['work'],
      );
      assert.deepEqual(scene.complaints, []);
    });
  }

  it('comes in without the session, as its cookie is not sent from another site', async () => {
    await start('127.0.0.1');
    const arrival = scene.page.waitForRequest((request) => request.url().includes('/oauth/callback?'));
    const added = scene.page.waitForRequest((request) => request.url().endsWith('/api/accounts'));
    await approve(await beginInDashboard());
    await status().getByText('Added: work').waitFor();
    assert.equal((await (await arrival).allHeaders())['cookie'], undefined);
    assert.match((await (await added).allHeaders())['cookie'] ?? '', /^headgate_session=/);
  });

  it('leaves neither code nor state in the address', async () => {
    await start('127.0.0.1');
    await approve(await beginInDashboard());
    await status().getByText('Added: work').waitFor();
    assert.equal(scene.page.url(), `${scene.world.app.url}/oauth/callback`);
  });

  it('without a session shows the code, which then can be pasted', async () => {
    await start('127.0.0.1');
    await approve(await beginElsewhere());
    const code = await scene.page.getByLabel('Paste this code where you started').inputValue();
    assert.deepEqual(await accounts(), []);
    assert.equal((await scene.world.admin('POST', '/api/accounts', { code })).status, 201);
    assert.deepEqual(scene.complaints, []);
  });

  it('says why when nothing came of it', async () => {
    await start('127.0.0.1');
    await beginInDashboard();
    await scene.page.goto(`${scene.world.app.url}/oauth/callback?code=made-up&state=unknown`);
    await status().getByText('This login is unknown').waitFor();
    assert.equal(await scene.page.getByRole('textbox').isVisible(), false);
  });

  it('after a refusal says so, and adds nothing', async () => {
    await start('127.0.0.1');
    await scene.page.goto(await beginInDashboard());
    await scene.page.getByRole('button', { name: 'Deny' }).click();
    await scene.page.getByText('access_denied').waitFor();
    assert.deepEqual(await accounts(), []);
  });

  it('runs nothing that is smuggled into an error', async () => {
    await start('127.0.0.1');
    const attack = '<script>alert(1)</script><img src=x onerror=alert(2)>';
    await scene.page.goto(`${scene.world.app.url}/oauth/callback?error=x&error_description=${encodeURIComponent(attack)}`);
    await scene.page.getByText(attack).waitFor();
    const others = scene.complaints.filter((complaint) => !complaint.includes('responded with a status of 400'));
    assert.deepEqual(others, []);
  });

  it('cannot be shown inside another page', async () => {
    await start('127.0.0.1');
    const reply = await scene.page.goto(`${scene.world.app.url}/oauth/callback?code=a&state=b`);
    assert.match(reply?.headers()['content-security-policy'] ?? '', /frame-ancestors 'none'/);
    assert.match(reply?.headers()['content-security-policy'] ?? '', /script-src 'self'(;|$)/);
  });
});
