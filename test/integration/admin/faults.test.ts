/** What the administration API says when storage or Headgate itself fails: enough to act, nothing about its insides. */
import assert from 'node:assert/strict';
import type { Credential } from '../../../src/core/credential.ts';
import { type RecordStore, StorageError } from '../../../src/storage/store.ts';
import { type AdminWorld, adminWorld } from '../../support/admin-world.ts';

describe('the administration API in trouble', () => {
  let world: AdminWorld;
  afterEach(() => world.close());

  const startWith = async (failure: Error) => {
    const credentials: RecordStore<Credential> = { list: async () => [], update: () => Promise.reject(failure) };
    world = await adminWorld({ credentials });
  };
  const add = () => world.call('POST', '/api/accounts', { body: { name: 'a', kind: 'api_key', api_key: 'sk-ant-made-up-key' } });

  it('says that storage refuses, and keeps nothing', async () => {
    await startWith(new StorageError('ENOSPC: /srv/headgate/credentials.json'));
    const reply = await add();
    assert.deepEqual([reply.status, reply.body.error.type], [503, 'api_error']);
    assert.match(reply.body.error.message, /storage/);
    assert.ok(!reply.text.includes('/srv'));
    assert.equal(world.pool.list().length, 0);
  });

  it('tells the client nothing of an unexpected fault, and the log all under the same id', async () => {
    await startWith(new TypeError('the insides'));
    const reply = await add();
    assert.equal(reply.status, 500);
    assert.ok(!reply.text.includes('insides'));
    const line = world.logLines.find(({ level }) => level === 'error');
    assert.equal(line?.fields['request'], reply.body.request_id);
    assert.match(String(line?.fields['error']), /the insides/);
  });
});
