import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readGrant } from '../../../src/oauth/granted-tokens.ts';
import { DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';

const reply = { access_token: 'at', token_type: 'Bearer', refresh_token: 'rt', expires_in: 3600 };
const grantOf = (over: Record<string, unknown>) => {
  const grant = readGrant({ ...reply, ...over }, NOW);
  if (typeof grant === 'string') throw new Error(grant);
  return grant;
};

describe('readGrant', () => {
  const lives: readonly (readonly [unknown, number])[] = [
    [undefined, HOUR],
    [null, HOUR],
    ['soon', HOUR],
    [{}, HOUR],
    [Number.NaN, HOUR],
    [0, MINUTE],
    [-5, MINUTE],
    [59, MINUTE],
    [3600, HOUR],
    ['7200', 2 * HOUR],
    [1e12, 30 * DAY],
  ];
  for (const [expiresIn, life] of lives) {
    it(`takes expires_in ${JSON.stringify(expiresIn) ?? 'missing'} for ${life / 1000} s`, () => {
      assert.equal(grantOf({ expires_in: expiresIn }).expiresAt, NOW + life);
    });
  }

  it('never makes a token end at once or last longer than 30 days, whatever expires_in is', () => {
    fc.assert(
      fc.property(fc.anything(), (expiresIn) => {
        const life = (grantOf({ expires_in: expiresIn }).expiresAt ?? 0) - NOW;
        assert.ok(life >= MINUTE && life <= 30 * DAY);
      }),
    );
  });

  it('says when the login lapses, if the server does', () => {
    const ends = [86_400, '60', 0, 'x', undefined].map((value) => grantOf({ refresh_token_expires_in: value }).loginExpiresAt);
    assert.deepEqual(ends, [NOW + DAY, NOW + MINUTE, null, null, null]);
  });

  it('knows whose grant it is', () => {
    const account = { uuid: 'u', email_address: 'a@example.test' };
    const organization = { uuid: 'o', name: 'Org\u0000' };
    assert.deepEqual(grantOf({ account, organization }).identity, {
      accountUuid: 'u',
      email: 'a@example.test',
      organizationUuid: 'o',
      organizationName: 'Org',
      plan: null,
    });
  });

  it('stands an identity of any shape', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (account, organization) => void grantOf({ account, organization })));
  });

  it('keeps the old refresh token when there is no new one', () => {
    assert.equal(grantOf({ refresh_token: undefined }).refreshToken, null);
  });

  it('takes absent scopes for unchanged ones', () => {
    assert.deepEqual([grantOf({}).scopes, grantOf({ scope: 'a  b' }).scopes], [null, ['a', 'b']]);
  });

  const refused: Readonly<Record<string, Record<string, unknown>>> = {
    'an empty access token': { access_token: '' },
    'an access token with a line break': { access_token: 'a\r\nx-injected: 1' },
    'an access token with a space': { access_token: 'a b' },
    'no access token': { access_token: undefined },
    'an empty refresh token': { refresh_token: '' },
    'a refresh token that is null': { refresh_token: null },
    'a refresh token with a line break': { refresh_token: 'a\nb' },
    'another token type': { token_type: 'DPoP' },
    'no token type': { token_type: undefined },
  };
  for (const [name, over] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      assert.equal(typeof readGrant({ ...reply, ...over }, NOW), 'string');
    });
  }

  it('says nothing of the tokens when it refuses', () => {
    const secret = 'very secret';
    assert.doesNotMatch(String(readGrant({ ...reply, access_token: secret, refresh_token: secret }, NOW)), /very/);
  });
});
