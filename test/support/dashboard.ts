/** The dashboard in a real browser, over the whole product; the authorization page lies on another site (`localhost` against 127.0.0.1). */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startWorld, type World, type WorldOptions } from './start-app.ts';

export interface Dashboard {
  readonly world: World;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about since the start: violations of the page's policy among them. */
  readonly complaints: string[];
  /** What a test provokes on purpose is no complaint from now on. */
  mayComplainOf(pattern: RegExp): void;
  /** Opens a page of the dashboard, `/accounts`. */
  open(path: string, page?: Page): Promise<void>;
  /** Types the admin key and waits for the overview, or the page that was asked for. */
  signIn(page?: Page): Promise<void>;
  anotherPage(): Promise<Page>;
}

interface StartOptions {
  readonly window?: BrowserContextOptions;
  /** The authorization page sends the browser back to Headgate, instead of showing a code to paste. */
  readonly returnsByItself?: boolean;
}

export interface Browsing {
  /** A fresh world with a browser window on it; closed after the test. */
  start(options?: WorldOptions & StartOptions): Promise<Dashboard>;
}

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

/** To be called in a suite: starts one browser for it, and closes what each test opened. */
export function browsing(): Browsing {
  let browser: Browser;
  let opened: Dashboard[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = opened.flatMap((dashboard) => dashboard.complaints);
    for (const { context, world } of opened) {
      await context.close();
      await world.stop();
    }
    opened = [];
    assert.deepEqual(complaints, [], 'the browser complained');
  });
  return {
    async start({ window = {}, returnsByItself = false, ...options } = {}) {
      const [port, simulatorPort] = [await freePort(), await freePort()];
      const world = await startWorld({
        ...options,
        simulator: { port: simulatorPort, ...options.simulator },
        config: {
          ...options.config,
          server: { port, ...options.config?.server },
          oauth: {
            authorizeUrl: `http://localhost:${simulatorPort}/oauth/authorize`,
            ...(returnsByItself ? { redirectUri: `http://127.0.0.1:${port}/oauth/callback` } : {}),
            ...options.config?.oauth,
          },
        },
      });
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...window });
      const complaints: string[] = [];
      const provoked: RegExp[] = [];
      const complain = (text: string) => {
        if (!provoked.some((pattern) => pattern.test(text))) complaints.push(text);
      };
      context.on('page', (page) => listen(page, world.app.url, complain));
      const page = await context.newPage();
      const dashboard: Dashboard = {
        world,
        context,
        page,
        complaints,
        mayComplainOf: (pattern) => void provoked.push(pattern),
        async open(path, on = page) {
          await on.goto(`${world.app.url}/ui${path}`);
        },
        async signIn(on = page) {
          await on.getByLabel('Admin key').fill(world.app.adminKey);
          await on.getByRole('button', { name: 'Sign in' }).click();
          await on.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
          await on.getByRole('heading', { level: 1 }).waitFor();
        },
        anotherPage: () => context.newPage(),
      };
      opened.push(dashboard);
      return dashboard;
    },
  };
}

/** A refused request is an answer, which the page shows; Chromium writes it to the console all the same. */
const IS_ANSWER = /^Failed to load resource: the server responded with a status of (4\d\d|503)/;

function listen(page: Page, ours: string, complain: (text: string) => void): void {
  page.on('console', (message) => {
    const isOurs = page.url().startsWith(ours);
    if (message.type() === 'error' && isOurs && !IS_ANSWER.test(message.text())) complain(message.text());
  });
  page.on('pageerror', (error) => complain(error.message));
}

/** WCAG 2.2 A and AA, as far as a program can tell. */
export async function assertAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  assert.deepEqual(found, [], `${page.url()} is not accessible`);
}

/** Nothing is wider than the window. */
export async function assertFits(page: Page): Promise<void> {
  const wider = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  assert.ok(Number(wider) <= 0, `${page.url()} is ${wider} px wider than the window`);
}
