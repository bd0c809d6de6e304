/** When a key is to end, in the browser: chosen, spelt out, and never dropped in silence. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { browsing, type Dashboard } from '../support/dashboard.ts';

describe('the end of a key in the browser', function () {
  this.timeout(90_000);
  const browser = browsing();

  async function creating(options: Parameters<typeof browser.start>[0] = {}): Promise<Dashboard & { dialog: Locator }> {
    const dashboard = await browser.start(options);
    const { page, open, signIn } = dashboard;
    await open('/keys');
    await signIn();
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('colleague');
    return { ...dashboard, dialog };
  }

  const submit = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const endOf = async ({ world }: Dashboard, of: string): Promise<string | null | undefined> =>
    (await world.admin('GET', '/api/keys')).body.data.find(({ name }: { name: string }) => name === of)?.expires_at;

  it('is the end of the day where only a day is given', async () => {
    const dashboard = await creating({ window: { timezoneId: 'America/New_York' } });
    const { page, dialog } = dashboard;
    await dialog.getByText('date…').click();
    await dialog.getByLabel('Day', { exact: true }).fill('2099-12-25');
    await dialog.getByText('Ends on Friday, 25 December 2099 at 23:59.').waitFor();
    await submit(page);
    await dialog.getByText('It ends on Friday, 25 December 2099 at 23:59.').waitFor();
    assert.equal(await endOf(dashboard, 'colleague'), '2099-12-26T04:59:59.000Z');
  });

  it('takes no key without an end for one whose day is missing', async () => {
    const dashboard = await creating();
    const { page, dialog } = dashboard;
    await dialog.getByText('date…').click();
    await submit(page);
    assert.equal(await dialog.getByText('Your new key').count(), 0);
    assert.equal(await endOf(dashboard, 'colleague'), undefined);
  });

  it('takes no year of six digits, typed into the day as a person does', async () => {
    const dashboard = await creating();
    const { page, dialog } = dashboard;
    await dialog.getByText('date…').click();
    const day = dialog.getByLabel('Day', { exact: true });
    await day.focus();
    await page.keyboard.type('12252099111');
    assert.match(await day.inputValue(), /^(\d{4}-\d\d-\d\d)?$/);
    await submit(page);
    const end = await endOf(dashboard, 'colleague');
    assert.ok(end !== null, 'a key without an end was made');
  });

  it('is changed later, and taken away only by choosing so', async () => {
    const dashboard = await creating();
    const { page, dialog } = dashboard;
    await dialog.getByText('1 year').click();
    await submit(page);
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    const first = await endOf(dashboard, 'colleague');
    await page.getByRole('button', { name: 'Actions for key colleague' }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    await dialog.getByLabel('Name').fill('friend');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Key “friend” is saved.').waitFor();
    assert.equal(await endOf(dashboard, 'friend'), first, 'another name leaves the end alone');
    await page.getByRole('button', { name: 'Actions for key friend' }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    await dialog.getByText('never', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await endOf(dashboard, 'friend'), null);
  });

  it('stands beside lines of which the page says that they work on this machine only, unless a public address is set', async () => {
    const { page, dialog } = await creating();
    await submit(page);
    await dialog.getByText('The lines work on this machine only').waitFor();
  });

  it('stands beside lines with the public address where one is set', async () => {
    const { page, dialog } = await creating({ config: { server: { publicUrl: 'https://headgate.example' } } });
    await submit(page);
    await dialog.getByText('https://headgate.example').waitFor();
    assert.equal(await dialog.getByText('The lines work on this machine only').count(), 0);
  });

  it('is chosen under API keys, as the short form says that makes a key without one', async () => {
    const { page, open, signIn } = await browser.start();
    await open('/connect');
    await signIn();
    await page.getByText('The lines work on this machine only').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page
      .getByRole('dialog')
      .getByText(/of role user and does not expire/)
      .waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  });
});
