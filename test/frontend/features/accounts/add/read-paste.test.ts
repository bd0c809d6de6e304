import assert from 'node:assert/strict';
import { explainPaste, isPastedWhole, returnsByItself } from '../../../../../frontend/src/features/accounts/add/read-paste.ts';

const AUTHORIZE = 'https://auth.example/oauth/authorize?code=true&client_id=x&state=s';

const fits = [
  'abc123#s',
  'abc\n123',
  'http://localhost:4000/oauth/callback?code=a&state=s',
  'https://x.example/cb?error=access_denied',
];

const misfits: readonly (readonly [pasted: string, says: RegExp])[] = [
  ['  \n', /Paste the code/],
  [`hg_${'a'.repeat(40)}`, /API key of Headgate/],
  ['sk-ant-something', /key or token/],
  ['abc123#other', /another login/],
  ['http://localhost:4000/oauth/callback?code=a&state=other', /another login/],
  ['https://', /not complete/],
  ['https://auth.example/oauth/authorize?client_id=x', /Approve there first/],
  ['https://elsewhere.example/page', /no code in this address/],
];

describe('what is pasted for a code', () => {
  for (const pasted of fits) it(`may be ${JSON.stringify(pasted)}`, () => assert.equal(explainPaste(pasted, AUTHORIZE), null));
  for (const [pasted, says] of misfits)
    it(`is explained when it is ${JSON.stringify(pasted)}`, () => assert.match(explainPaste(pasted, AUTHORIZE) ?? '', says));
});

describe('a code that comes into the field', () => {
  const STATE = 's'.repeat(43);
  const pasted = (before: string, after: string) => isPastedWhole(before, after, STATE);

  for (const text of [
    `abc#${STATE}`,
    ` abc#${STATE}\n`,
    `abc\n#${STATE}`,
    `http://127.0.0.1:4000/oauth/callback?code=a&state=${STATE}`,
  ])
    it(`is whole when it is pasted as ${JSON.stringify(text)}`, () => assert.equal(pasted('', text), true));

  for (const text of [
    'abc',
    `abc#${'t'.repeat(43)}`,
    `#${STATE}`,
    `abc#${STATE}x`,
    `https://x.example/cb?state=${STATE}`,
    `https://x.example/cb?code=a&state=other`,
    `hg_${'a'.repeat(40)}`,
  ])
    it(`is not whole when it is pasted as ${JSON.stringify(text)}`, () => assert.equal(pasted('', text), false));

  it('is whole when it takes the place of a wrong one', () => assert.equal(pasted(`wrong#${STATE}`, `right#${STATE}`), true));

  it('is whole when only the part before the state is pasted anew', () =>
    assert.equal(pasted(`#${STATE}`, `code#${STATE}`), true));

  it('is not sent off while it is corrected by hand', () => {
    assert.equal(pasted(`cod#${STATE}`, `code#${STATE}`), false);
    assert.equal(pasted(`codes#${STATE}`, `code#${STATE}`), false);
    assert.equal(pasted(`code#${STATE.slice(1)}`, `code#${STATE}`), false);
  });
});

describe('a login', () => {
  const url = (redirect: string, also = {}) =>
    `https://auth.example/authorize?${new URLSearchParams({ redirect_uri: redirect, ...also })}`;
  it('returns by itself to a page of Headgate', () => {
    assert.equal(returnsByItself(url('http://localhost:4000/oauth/callback')), true);
    assert.equal(returnsByItself(url('http://127.0.0.1:4000/callback')), true);
  });
  it('shows a code on a page of the provider', () => {
    assert.equal(returnsByItself(url('https://auth.example/oauth/code/callback', { code: 'true' })), false);
    assert.equal(returnsByItself(url('https://auth.example/oauth/code/callback')), false);
    assert.equal(returnsByItself('https://auth.example/authorize'), false);
  });
});
