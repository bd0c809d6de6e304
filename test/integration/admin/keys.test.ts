/** The clients' keys over the administration API. */
import assert from 'node:assert/strict';
import { createdKeySchema, keyListSchema, keySchema } from '../../../src/contract/keys.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR, NOW } from '../../support/builders.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('keys over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const create = (body: unknown) => world.call('POST', '/api/keys', { body });
  const created = async (body: unknown) => createdKeySchema.parse((await create(body)).body);

  it('a new one is for the Claude API, without an end, and shown in full this once', async () => {
    const reply = await create({ name: 'laptop' });
    assert.equal(reply.status, 201);
    const { key, id, prefix, ...view } = createdKeySchema.parse(reply.body);
    assert.match(key, /^hg_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    assert.ok(key.startsWith(prefix) && prefix.length < 16);
    assert.equal(world.keys.find(key)?.id, id);
    assert.deepEqual(view, {
      name: 'laptop',
      role: 'user',
      enabled: true,
      expires_at: null,
      created_at: iso(NOW),
      last_used_at: null,
      former_key_valid_until: null,
      revision: 1,
      read_only: false,
    });
  });

  it('a new one is of role admin and ends, when that is asked for', async () => {
    const { role, expires_at } = await created({ name: 'ops', role: 'admin', expires_at: '2027-01-01T01:00:00+01:00' });
    assert.deepEqual([role, expires_at], ['admin', '2027-01-01T00:00:00.000Z']);
  });

  const REFUSED = [
    [{}, ['name']],
    [{ name: 'a', role: 'root' }, ['role']],
    [{ name: 'a', expires_at: iso(NOW) }, ['expires_at']],
    [{ name: 'a', expires_at: '+202611-12-25T02:11:00.000Z' }, ['expires_at']],
    [{ name: 'a', expires_at: '202611-12-25T02:11:00Z' }, ['expires_at']],
    [{ name: 'a', expires_at: '2027-12-25' }, ['expires_at']],
    [{ name: 'a', expires_at: '2027-02-30T00:00:00Z' }, ['expires_at']],
    [{ name: 'a', expires_at: '' }, ['expires_at']],
    [{ name: 'a', expires_at: 1_900_000_000 }, ['expires_at']],
    [{ name: 'a', key: 'hg_mine' }, ['key']],
    [{ name: 'a', enabled: false }, ['enabled']],
  ] as const;
  for (const [body, paths] of REFUSED) {
    it(`${JSON.stringify(body)} makes none`, async () => {
      const reply = await create(body);
      assert.deepEqual([reply.status, faultsOf(reply)], [400, paths]);
      assert.equal(world.keys.list().length, 0);
    });
  }

  it('a change to an end that cannot be read is refused with the way to write it, and the former end stays', async () => {
    const { id, expires_at } = await created({ name: 'laptop', expires_at: iso(NOW + HOUR) });
    const reply = await world.call('PATCH', `/api/keys/${id}`, { body: { expires_at: '202611-12-25T02:11:00Z' } });
    assert.equal(reply.status, 400);
    assert.match(reply.body.error.fields[0].message, /such as 2027-01-31T23:59:59Z/);
    assert.equal((await world.call('GET', `/api/keys/${id}`)).body.expires_at, expires_at);
  });

  it('no two have the same name', async () => {
    await created({ name: 'laptop' });
    assert.equal((await create({ name: 'Laptop' })).status, 409);
  });

  it('are listed without the keys themselves', async () => {
    const { key, ...view } = await created({ name: 'laptop' });
    const reply = await world.call('GET', '/api/keys');
    assert.deepEqual(keyListSchema.parse(reply.body), { data: [view], has_more: false, next_cursor: null });
    assert.deepEqual(reply.body.data, [view]);
    assert.ok(!reply.text.includes(key.slice(16)));
  });

  it('are listed by role, and by their last use', async () => {
    const { id } = await created({ name: 'a', role: 'admin' });
    const other = await created({ name: 'b' });
    world.keys.noteUse(other.id);
    const ids = async (query: string) =>
      keyListSchema.parse((await world.call('GET', `/api/keys${query}`)).body).data.map((key) => key.id);
    assert.deepEqual(await ids('?role=admin'), [id]);
    assert.deepEqual(await ids('?sort=-last_used_at'), [other.id, id]);
    await world.call('PATCH', `/api/keys/${id}`, { body: { enabled: false } });
    assert.deepEqual([await ids('?enabled=true'), await ids('?enabled=false&role=admin')], [[other.id], [id]]);
    assert.deepEqual(faultsOf(await world.call('GET', '/api/keys?role=root')), ['role']);
  });

  it('are shown one by one', async () => {
    const { key: _key, ...view } = await created({ name: 'laptop' });
    const reply = await world.call('GET', `/api/keys/${view.id}`);
    assert.deepEqual([reply.status, reply.body], [200, view]);
  });

  it('can be renamed, disabled and given an end', async () => {
    const { id, key } = await created({ name: 'laptop' });
    const body = { name: 'desk', enabled: false, expires_at: iso(NOW + HOUR) };
    const reply = await world.call('PATCH', `/api/keys/${id}`, { body });
    assert.equal(reply.status, 200);
    const { name, enabled, expires_at } = keySchema.parse(reply.body);
    assert.deepEqual({ name, enabled, expires_at }, body);
    assert.equal(world.keys.find(key)?.enabled, false);
  });

  it('lose their end by null', async () => {
    const { id } = await created({ name: 'laptop', expires_at: iso(NOW + HOUR) });
    const reply = await world.call('PATCH', `/api/keys/${id}`, { body: { expires_at: null } });
    assert.equal(reply.body.expires_at, null);
  });

  for (const body of [{ role: 'admin' }, { key: 'hg_mine' }, { hash: 'x' }, { last_used_at: null }]) {
    it(`cannot be changed by ${JSON.stringify(body)}`, async () => {
      const { id } = await created({ name: 'laptop' });
      const reply = await world.call('PATCH', `/api/keys/${id}`, { body });
      assert.deepEqual([reply.status, faultsOf(reply)], [400, Object.keys(body)]);
    });
  }

  it('cannot take the name of another', async () => {
    await created({ name: 'laptop' });
    const { id } = await created({ name: 'desk' });
    assert.equal((await world.call('PATCH', `/api/keys/${id}`, { body: { name: 'laptop' } })).status, 409);
  });

  it('are refused from the instant at which they are deleted', async () => {
    const { id, key } = await created({ name: 'laptop' });
    const reply = await world.call('DELETE', `/api/keys/${id}`);
    assert.deepEqual([reply.status, reply.text], [204, '']);
    assert.equal(world.keys.find(key), undefined);
  });

  describe('that are given a new secret', () => {
    const rotate = (id: string, body: unknown = {}) => world.call('POST', `/api/keys/${id}/rotate`, { body });

    it('show it this once, and lose the former one at once', async () => {
      const { id, key } = await created({ name: 'laptop' });
      const reply = await rotate(id);
      const rotated = createdKeySchema.parse(reply.body);
      assert.deepEqual([reply.status, rotated.id, rotated.former_key_valid_until], [200, id, null]);
      assert.deepEqual([world.keys.find(rotated.key)?.id, world.keys.find(key)], [id, undefined]);
      assert.ok(!JSON.stringify((await world.call('GET', `/api/keys/${id}`)).body).includes(rotated.key));
    });

    it('keep the former one for the grace period, and tell for how long', async () => {
      const { id, key } = await created({ name: 'laptop' });
      const { former_key_valid_until } = createdKeySchema.parse((await rotate(id, { grace_period_seconds: 3600 })).body);
      assert.equal(former_key_valid_until, iso(NOW + HOUR));
      assert.equal(world.keys.find(key)?.id, id);
      await world.time.advance(HOUR);
      assert.equal(world.keys.find(key), undefined);
      assert.equal((await world.call('GET', `/api/keys/${id}`)).body.former_key_valid_until, null);
    });

    for (const grace of [-1, 604_801, 0.5, '60', null]) {
      it(`do not take a grace period of ${JSON.stringify(grace)}`, async () => {
        const { id, key } = await created({ name: 'laptop' });
        const reply = await rotate(id, { grace_period_seconds: grace });
        assert.deepEqual([reply.status, faultsOf(reply)], [400, ['grace_period_seconds']]);
        assert.equal(world.keys.find(key)?.id, id);
      });
    }

    it('end the dashboard sessions that the former one opened, unless there is a grace period', async () => {
      const { key, secret } = await world.aKey('admin');
      const signedIn = async () => {
        const headers = await world.signIn(secret);
        return { headers, isStill: async () => (await world.call('GET', '/api/auth/session', { headers })).body.authenticated };
      };
      const session = await signedIn();
      await rotate(key.id, { grace_period_seconds: 60 });
      assert.equal(await session.isStill(), true);
      await rotate(key.id);
      assert.equal(await session.isStill(), false);
    });

    it('must exist', async () => assert.equal((await rotate('key_404')).status, 404));
  });

  for (const method of ['GET', 'PATCH', 'DELETE']) {
    it(`${method} answers 404 for a key that is not there`, async () =>
      assert.equal((await world.call(method, '/api/keys/key_404', { body: {} })).status, 404));
  }
});
