/** `make screenshots`: takes the pictures of the README from the demo, in a real browser, and makes them small. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import loadCodec, { optimise } from '@jsquash/oxipng/codec/pkg/squoosh_oxipng.js';
import type { Page } from 'playwright-core';
import { startDemo } from '../../src/cli/start-demo.ts';
import { launchBrowser } from '../../test/support/browser.ts';

const FOLDER = join(import.meta.dirname, '../../docs/images');
const WINDOW = { width: 1280, height: 800 };
/** Requests that the demo's clients have made by then: enough for figures, events and a chart. */
const ENOUGH_REQUESTS = 60;

/** Quicker than life, so that there is soon something to see. */
const PACE = { firstEventMs: 60, msPerEvent: 4, pauseMs: 150 };
/** Least effort that counts, of 0 to 6. */
const LEVEL = 3;

const require = createRequire(import.meta.url);
await loadCodec(await readFile(require.resolve('@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm')));

const demo = await startDemo({ port: 0, pace: PACE });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: WINDOW, colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${demo.app.url}/ui/`);
  await page.getByLabel('Admin key').fill(demo.app.adminKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  while ((await requestsServed()) < ENOUGH_REQUESTS) await page.getByRole('button', { name: 'Refresh' }).click();
  await mkdir(FOLDER, { recursive: true });
  await take(page, 'overview');
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  await take(page, 'accounts');
} finally {
  await browser.close();
  await demo.stop({ graceful: false });
}

async function requestsServed(): Promise<number> {
  const reply = await fetch(`${demo.app.url}/api/admin/statistics`, {
    headers: { authorization: `Bearer ${demo.app.adminKey}` },
  });
  const { requests } = (await reply.json()) as { requests: { total: { requests: number } } };
  return requests.total.requests;
}

async function take(page: Page, name: string): Promise<void> {
  await page.locator('.animate-pulse').last().waitFor({ state: 'detached' });
  const picture = await page.screenshot();
  const small = optimise(picture, LEVEL, false, true);
  await writeFile(join(FOLDER, `${name}.png`), small);
  process.stdout.write(`docs/images/${name}.png: ${picture.length} → ${small.length} bytes\n`);
}
