/** What is wrong with a request is said so that its sender knows what to send instead. */
import assert from 'node:assert/strict';
import { operations } from '../../../src/admin/openapi/operations.ts';
import { ADMIN_KEY, type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';

const LISTS = operations.filter(({ list }) => list !== undefined);
const WITH_ID = operations.filter(({ path }) => path.includes('{id}'));

describe('bad input to the administration API', () => {
  let world: AdminWorld;
  before(async () => {
    world = await adminWorld();
    await world.anAccountWith({ endsIn: HOUR });
  });
  after(() => world.close());

  const at = (path: string, id = 'acc_1') => path.replace('{id}', id);
  const said = (reply: { body: { error: { fields?: readonly { path: string; message: string }[] } } }) =>
    Object.fromEntries((reply.body.error.fields ?? []).map(({ path, message }) => [path, message]));

  for (const { method, path } of operations.filter(({ query, list }) => query === undefined && list === undefined)) {
    it(`${method.toUpperCase()} ${path} refuses a parameter that it would not look at`, async () => {
      const reply = await world.call(method, `${at(path)}?pretty=1`, method === 'get' ? {} : { body: {} });
      assert.deepEqual([reply.status, faultsOf(reply)], [400, ['pretty']]);
    });
  }

  for (const { method, path } of operations.filter((one) => one.method !== 'get' && one.body === undefined)) {
    it(`${method.toUpperCase()} ${path} refuses a field that it would not look at`, async () => {
      const reply = await world.call(method, at(path), { body: { force: true } });
      assert.deepEqual([reply.status, faultsOf(reply)], [400, ['force']]);
    });
  }

  for (const { method, path, body } of operations.filter((one) => one.body !== undefined)) {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
    it(`${method.toUpperCase()} ${path} refuses a field that ${body} does not have`, async () => {
      const reply = await world.call(method, at(path), { body: { colour: 'red' } });
      const expected = path.includes('{id}') && !path.startsWith('/api/accounts') ? 404 : 400;
      assert.equal(reply.status, expected);
      if (expected === 400) assert.ok(faultsOf(reply).includes('colour'), reply.text);
    });
    it(`${method.toUpperCase()} ${path} refuses what is no JSON`, async () => {
      const reply = await world.call(method, at(path), { headers, body: '{"name":' });
      assert.deepEqual([reply.status, faultsOf(reply)], [400, ['(body)']]);
    });
    it(`${method.toUpperCase()} ${path} refuses another type, and names the right one`, async () => {
      const reply = await world.call(method, at(path), { headers: { ...headers, 'content-type': 'text/plain' }, body: '{}' });
      assert.deepEqual([reply.status, said(reply)], [415, { 'content-type': 'must be application/json' }]);
    });
    it(`${method.toUpperCase()} ${path} refuses a body of more than 256 KB`, async () => {
      const reply = await world.call(method, at(path), { headers, body: JSON.stringify({ name: 'a'.repeat(262_144) }) });
      assert.deepEqual([reply.status, faultsOf(reply)], [413, ['(body)']]);
    });
  }

  for (const { method, path } of WITH_ID) {
    it(`${method.toUpperCase()} ${path} says that an id names nothing`, async () => {
      for (const id of ['acc_none', '__proto__', 'constructor', '%00', 'a'.repeat(2000), '%F0%9F%98%80']) {
        const reply = await world.call(method, at(path, id), method === 'get' ? {} : { body: {} });
        assert.deepEqual([reply.status, faultsOf(reply)], [404, ['id']], id);
      }
    });
  }

  for (const { path, list } of LISTS) {
    it(`GET ${path} names the fields that it can be sorted by`, async () => {
      const reply = await world.call('GET', `${at(path)}?sort=colour`);
      assert.equal(reply.status, 400);
      const known = list?.fields.length ? list.fields : [list?.standard ?? ''];
      for (const field of known) assert.ok(said(reply)['sort']?.includes(field), reply.text);
    });
    it(`GET ${path} takes each of them, both ways, and no cursor of another order`, async () => {
      const sorts = [list?.standard, ...(list?.fields ?? []).flatMap((field) => [field, `-${field}`])];
      for (const sort of sorts) assert.equal((await world.call('GET', `${at(path)}?sort=${sort}&limit=200`)).status, 200, sort);
      const reply = await world.call('GET', `${at(path)}?cursor=made-up`);
      assert.deepEqual([reply.status, faultsOf(reply)], [400, ['cursor']]);
    });
    it(`GET ${path} names the bounds of a page`, async () => {
      assert.deepEqual(said(await world.call('GET', `${at(path)}?limit=201`)), { limit: 'must be at most 200' });
      assert.deepEqual(said(await world.call('GET', `${at(path)}?limit=0`)), { limit: 'must be at least 1' });
      assert.deepEqual(said(await world.call('GET', `${at(path)}?limit=-1`)), { limit: 'must be a whole number' });
    });
  }

  const WORDS: readonly (readonly [string, string, object, Readonly<Record<string, string>>])[] = [
    ['a field that is missing', '/api/keys', {}, { name: 'is required' }],
    ['a field of another type', '/api/keys', { name: 7 }, { name: 'must be a text' }],
    ['an empty name', '/api/keys', { name: ' ' }, { name: 'must not be empty' }],
    ['a name that is too long', '/api/keys', { name: 'a'.repeat(101) }, { name: 'must have at most 100 characters' }],
    ['a word that is none of the choices', '/api/keys', { name: 'a', role: 'root' }, { role: 'must be one of user, admin' }],
    [
      'no instant',
      '/api/keys',
      { name: 'a', expires_at: 'soon' },
      { expires_at: 'must be an instant with its zone, such as 2027-01-31T23:59:59Z, in a year of four digits' },
    ],
    [
      'a field that is mistyped',
      '/api/keys',
      { name: 'a', expire_at: null },
      { expire_at: 'is not known here; known are name, role, expires_at' },
    ],
    ['no UUID', '/api/oauth/authorize', { organization_uuid: 'x' }, { organization_uuid: 'must be a UUID' }],
    [
      'an empty list',
      '/api/accounts/export',
      { passphrase: 'a'.repeat(12), account_ids: [] },
      { account_ids: 'must have at least 1 items' },
    ],
    [
      'a setting of another type',
      '/api/settings',
      { values: { 'retry.enabled': {} } },
      { 'values.retry.enabled': 'must be of another type' },
    ],
  ];
  for (const [what, path, body, words] of WORDS) {
    it(`is told in words: ${what}`, async () => {
      const reply = await world.call(path === '/api/settings' ? 'PATCH' : 'POST', path, { body });
      assert.deepEqual([reply.status, said(reply)], [400, words]);
    });
  }

  it('makes no long reply, however long the names in it', async () => {
    const body = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}`.padEnd(1000, 'x'), 1]));
    const reply = await world.call('POST', '/api/keys', { body });
    assert.equal(reply.status, 400);
    assert.ok(reply.text.length < 10_000, `${reply.text.length}`);
  });
});
