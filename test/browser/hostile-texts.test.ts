/** Whatever a name holds, the dashboard shows it as text: in a real browser, under the policy that the server sets. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { startWorld, type World } from '../support/start-app.ts';

const RUN = 'window.spilled=1';
const HOSTILE = [
  `<script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `"><img src=x onerror=${RUN}>`,
  `'><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `[x](javascript:${RUN})`,
  `<style>@import "//127.0.0.1:9/x"</style>`,
  `<link rel=stylesheet href=//127.0.0.1:9/x>`,
  `<base href=//127.0.0.1:9/>`,
  `<meta http-equiv=refresh content="0;url=//127.0.0.1:9/">`,
  `<form action=//127.0.0.1:9/><input autofocus onfocus=${RUN}>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `=HYPERLINK("http://127.0.0.1:9")`,
  `__proto__`,
  `../../api/keys`,
];

describe('hostile texts on the dashboard', function () {
  this.timeout(60_000);
  let browser: Browser;
  let world: World;
  let page: Page;
  const reached: string[] = [];
  const complaints: string[] = [];

  before(async () => {
    world = await startWorld();
    for (const [n, name] of HOSTILE.entries()) {
      const added = await world.admin('POST', '/api/accounts', { name, kind: 'api_key', api_key: `sk-ant-made-up-${n}` });
      assert.equal(added.status, 201, name);
      await world.admin('POST', '/api/keys', { name });
    }
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('request', (asked) => reached.push(new URL(asked.url()).origin));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${world.app.url}/ui/`);
    await page.evaluate(`fetch('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ${JSON.stringify(JSON.stringify({ api_key: world.app.adminKey }))},
    })`);
  });
  after(async () => {
    await browser.close();
    await world.stop();
  });

  /** Everything that people read on the page at this address, once the texts are there. */
  async function readAt(path: string): Promise<string> {
    await page.goto(`${world.app.url}${path}`);
    await page
      .getByText(HOSTILE[0] ?? '', { exact: false })
      .first()
      .waitFor();
    return page.evaluate<string>('document.body.innerText');
  }

  it('are read as they are written in the list of accounts', async () => {
    const text = await readAt('/ui/accounts');
    for (const hostile of HOSTILE) assert.ok(text.includes(hostile), `${hostile} is not in: ${text}`);
  });

  it('are read as they are written on the page of their account', async () => {
    const { data } = (await world.admin('GET', '/api/accounts')).body as { data: { id: string }[] };
    assert.ok((await readAt(`/ui/accounts/${data[0]?.id}`)).includes(HOSTILE[0] ?? ''));
  });

  it('run nothing, change nothing and reach nobody', async () => {
    for (const path of ['/ui/', '/ui/accounts']) await readAt(path);
    assert.equal(await page.evaluate('window.spilled'), undefined);
    assert.deepEqual(complaints, []);
    assert.deepEqual([...new Set(reached)], [new URL(world.app.url).origin]);
  });
});
