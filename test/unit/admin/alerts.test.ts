import assert from 'node:assert/strict';
import { type AlertFacts, alertsOf } from '../../../src/admin/alerts.ts';
import { alertSchema } from '../../../src/contract/alerts.ts';
import type { Account } from '../../../src/core/account.ts';
import { anAccount, DAY, HOUR, inactive, invalidSince, NOW } from '../../support/builders.ts';

const alerts = (over: Partial<AlertFacts> = {}) =>
  alertsOf({ accounts: [], oauthRefusedSince: null, storageRefusesSince: null, configRefusedSince: null, now: NOW, ...over }).map(
    (alert) => alertSchema.parse(alert),
  );
const aboutAccount = (account: Partial<Account>) => alerts({ accounts: [anAccount({ name: 'work', ...account })] });
const iso = (at: number) => new Date(at).toISOString();

describe('alerts', () => {
  it('are none while all is well', () => assert.deepEqual(aboutAccount({}), []));

  it('tell since when storage refuses writes', () => {
    const [alert] = alerts({ storageRefusesSince: NOW - HOUR });
    assert.deepEqual([alert?.code, alert?.since, alert?.account], ['storage_failing', iso(NOW - HOUR), null]);
  });

  it('tell since when the authorization server refuses Headgate', () => {
    const [alert] = alerts({ oauthRefusedSince: NOW - HOUR });
    assert.deepEqual([alert?.code, alert?.since], ['oauth_configuration_refused', iso(NOW - HOUR)]);
  });

  it('tell that a change of the configuration was refused', () => {
    assert.deepEqual(
      alerts({ configRefusedSince: NOW }).map(({ id, since }) => [id, since]),
      [['configuration_refused', iso(NOW)]],
    );
  });

  it('name the account that needs a person, and why', () => {
    assert.deepEqual(aboutAccount({ status: invalidSince(NOW - HOUR) }), [
      {
        id: 'account_invalid:acc_1',
        code: 'account_invalid',
        message: '"work" needs a person. Its credential was refused. Authorize it again.',
        since: iso(NOW - HOUR),
        account: { id: 'acc_1', name: 'work' },
      },
    ]);
  });

  it('announce the end of a login five days ahead', () => {
    assert.deepEqual(aboutAccount({ loginExpiresAt: NOW + 5 * DAY + 1 }), []);
    const [alert] = aboutAccount({ loginExpiresAt: NOW + 5 * DAY });
    assert.deepEqual([alert?.id, alert?.since], ['login_expires_soon:acc_1', iso(NOW)]);
    assert.match(String(alert?.message), /lapses on 2026-11-29/);
  });

  it('say so when the end of the login is an estimate', () => {
    assert.match(String(aboutAccount({ authorizedAt: NOW - 25 * DAY })[0]?.message), /likely to lapse on 2026-11-27, four weeks/);
  });

  it('are silent about a login whose end has passed although it works', () => {
    assert.deepEqual(aboutAccount({ authorizedAt: NOW - 28 * DAY }), []);
  });

  it('are silent about an account that is switched off', () => {
    assert.deepEqual(aboutAccount({ status: inactive(invalidSince(NOW)), loginExpiresAt: NOW + DAY }), []);
  });

  it('are one for each account', () => {
    assert.deepEqual(
      aboutAccount({ status: invalidSince(NOW), loginExpiresAt: NOW + DAY }).map(({ code }) => code),
      ['account_invalid'],
    );
  });
});
