import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_KEY, type AdminWorld, adminHeaders, adminWorld } from '../../support/admin-world.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('the rotation of the admin key', () => {
  describe('that Headgate made', () => {
    let world: AdminWorld;
    beforeEach(async () => {
      world = await adminWorld();
    });
    afterEach(() => world.close());
    const rotate = async (headers: Record<string, string> = adminHeaders) =>
      world.call('POST', '/api/admin-key/rotate', { headers, body: {} });
    const statusFor = async (headers: Record<string, string>) => (await world.call('GET', '/api/accounts', { headers })).status;

    it('makes another one, kept in the folder, and refuses the former from that instant', async () => {
      const { status, body } = await rotate();
      assert.equal(status, 200);
      assert.match(body.admin_key, /^hga_[\w-]{43}$/);
      assert.equal(await statusFor({ authorization: `Bearer ${body.admin_key}` }), 200);
      assert.equal(await statusFor(adminHeaders), 401);
      assert.equal((await readFile(join(world.auditFolder, 'admin-key'), 'utf8')).trim(), body.admin_key);
    });

    it('ends every session, that of an API key and that which asked for it included', async () => {
      const { secret } = await world.aKey('admin');
      const sessions = [await world.signIn(), await world.signIn(secret)];
      const asking = await world.signIn();
      assert.equal((await rotate(asking)).status, 200);
      for (const session of [...sessions, asking]) assert.equal(await statusFor(session), 401);
      assert.equal(await statusFor({ authorization: `Bearer ${secret}` }), 200, 'API keys of role admin stay');
    });

    it('makes one key of two wishes at once', async () => {
      const replies = await Promise.all([rotate(), rotate()]);
      const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
      assert.equal(statuses[0], 200);
      assert.ok([401, 409].includes(statuses[1] ?? 0), statuses.join());
      const { body } = replies.find(({ status }) => status === 200) ?? assert.fail();
      assert.equal(await statusFor({ authorization: `Bearer ${body.admin_key}` }), 200);
    });

    it('is on record, without either key', async () => {
      const { body } = await rotate();
      const text = await world.auditText();
      assert.match(text, /"action":"admin_key.rotate".*"outcome":"done"/);
      for (const key of [ADMIN_KEY, body.admin_key]) assert.ok(!text.includes(key));
    });
  });

  describe('in the whole product', () => {
    let world: World;
    afterEach(() => world.stop());

    it('outlives a restart', async () => {
      world = await startWorld();
      const former = world.app.adminKey;
      const { body } = await world.admin('POST', '/api/admin-key/rotate');
      await world.restart();
      assert.equal(world.app.adminKey, body.admin_key);
      assert.notEqual(former, body.admin_key);
    });

    it('is refused where the configuration names the key, with what to do', async () => {
      world = await startWorld({ config: { auth: { apiKey: 'an-admin-key-of-this-test' } } });
      const { status, body } = await world.admin('POST', '/api/admin-key/rotate');
      assert.equal(status, 409);
      assert.match(body.error.message, /auth\.api_key is set by the configuration file config\.yaml.*Change it there/);
      assert.equal((await world.admin('GET', '/api/accounts')).status, 200);
    });
  });
});
