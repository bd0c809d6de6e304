/** What the overview says of a pool in which one account needs a person, one comes back by itself, and the others serve. */
import assert from 'node:assert/strict';
import { browsing, type Dashboard } from '../support/dashboard.ts';

describe('the overview in the browser', function () {
  this.timeout(90_000);
  const browser = browsing();

  async function withTrouble(): Promise<Dashboard> {
    const dashboard = await browser.start({
      accounts: ['studio', 'atelier', 'weekend', 'old-laptop'],
      window: { timezoneId: 'America/New_York' },
    });
    const { world, open, signIn } = dashboard;
    world.simulator.revoke('old-laptop');
    world.simulator.fault('weekend', { action: { kind: 'quota_rejected' }, times: null });
    const { data } = (await world.admin('GET', '/api/accounts')).body;
    await world.admin('POST', `/api/accounts/${data[3].id}/refresh`);
    for (let turn = 0; turn < 4; turn += 1) await (await world.ask()).text();
    await open('/');
    await signIn();
    return dashboard;
  }

  it('names beside a healthy pool who needs a person, and leads there', async () => {
    const { page } = await withTrouble();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('Healthy.').waitFor();
    await verdict.getByText('1 account needs you: old-laptop.').waitFor();
    await verdict.getByRole('link', { name: 'old-laptop' }).click();
    await page.getByRole('heading', { name: 'old-laptop', level: 1 }).waitFor();
  });

  it('tells instants in the zone of who looks, never in UTC', async () => {
    const { page, world } = await withTrouble();
    const { absent_accounts } = (await world.admin('GET', '/api/admin/statistics')).body;
    const until = absent_accounts.find(({ account }: { account: { name: string } }) => account.name === 'weekend').until;
    const local = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'America/New_York',
    }).format(Date.parse(until));
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText(new RegExp(`weekend is back by itself .*at ${local}`)).waitFor();
    assert.doesNotMatch(await page.getByRole('main').innerText(), /UTC/);
  });

  it('says of a limited account that there is nothing to do, and offers to clear the limit beside that advice', async () => {
    const { page } = await withTrouble();
    const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'weekend' }).first();
    await row.getByText(/Nothing to do: it comes back by itself .*at \d\d:\d\d/).waitFor();
    await row.getByRole('link', { name: 'weekend' }).click();
    await page.getByText(/It cannot serve a request now\. Nothing to do: it comes back by itself/).waitFor();
    await page.getByRole('button', { name: 'Clear limit now…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Clear limit' }).click();
    await page.getByText('It can serve a request now.').waitFor();
  });

  it('does not speak of a recovery while nobody is out', async () => {
    const { page, open, signIn } = await browser.start({ accounts: ['studio'] });
    await open('/');
    await signIn();
    await page.getByText('Nobody is out').waitFor();
    assert.equal(await page.getByText('No account comes back by itself').count(), 0);
  });
});
