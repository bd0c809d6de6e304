import assert from 'node:assert/strict';
import { createPendingLogins, type PendingLogin } from '../../../src/oauth/pending-logins.ts';
import { DAY, MINUTE, NOW } from '../../support/builders.ts';
import { manualTime } from '../../support/manual-time.ts';

const aLogin = (state: string): PendingLogin => ({
  state,
  verifier: 'v',
  redirectUri: 'https://x.test/cb',
  scope: 'user:inference',
  intent: {},
  expiresAt: NOW + 10 * MINUTE,
});

describe('pending logins', () => {
  it('are found by their state, and by nothing else', () => {
    const logins = createPendingLogins(() => NOW);
    const login = aLogin('one');
    logins.add(login);
    assert.deepEqual([logins.find('one'), logins.find('on'), logins.find('')], [login, null, null]);
  });

  it('last no longer because somebody sets the clock back', async () => {
    const time = manualTime();
    const logins = createPendingLogins(time.now);
    logins.add(aLogin('one'));
    await time.advance(-DAY);
    assert.equal(logins.find('one'), null);
  });

  it('end after their time', async () => {
    const time = manualTime();
    const logins = createPendingLogins(time.now);
    logins.add(aLogin('one'));
    await time.advance(10 * MINUTE - 1);
    const before = logins.find('one');
    await time.advance(1);
    assert.deepEqual([before?.state, logins.find('one')], ['one', null]);
  });

  it('are a hundred at most: the oldest makes room', () => {
    const logins = createPendingLogins(() => NOW);
    for (let number = 0; number <= 100; number += 1) logins.add(aLogin(`login ${number}`));
    assert.deepEqual([logins.find('login 0'), logins.find('login 1')?.state], [null, 'login 1']);
  });

  it('are gone when removed', () => {
    const logins = createPendingLogins(() => NOW);
    const login = aLogin('one');
    logins.add(login);
    logins.remove(login);
    assert.equal(logins.find('one'), null);
  });
});
