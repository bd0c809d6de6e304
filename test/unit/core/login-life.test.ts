import assert from 'node:assert/strict';
import { loginEndOf } from '../../../src/core/login-life.ts';
import { anAccount, DAY, NOW } from '../../support/builders.ts';

describe('the end of a login', () => {
  it('is the one that the authorization server named', () => {
    const account = anAccount({ loginExpiresAt: NOW + DAY, authorizedAt: NOW - DAY });
    assert.deepEqual(loginEndOf(account), { at: NOW + DAY, isEstimated: false });
  });

  it('is estimated at four weeks after the authorization where it named none', () => {
    assert.deepEqual(loginEndOf(anAccount({ authorizedAt: NOW })), { at: NOW + 28 * DAY, isEstimated: true });
  });

  it('is counted from the creation of an account whose authorization nobody noted', () => {
    assert.deepEqual(loginEndOf(anAccount({ createdAt: NOW - DAY })), { at: NOW + 27 * DAY, isEstimated: true });
  });

  it('never comes for kinds without a login', () => {
    for (const kind of ['api_key', 'oauth_static'] as const) assert.equal(loginEndOf(anAccount({ kind })), null);
  });
});
