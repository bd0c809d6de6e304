import assert from 'node:assert/strict';
import type { ApiKey } from '../../../src/api-keys/api-key.ts';
import { KeyRing } from '../../../src/api-keys/key-ring.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';

function aRing(store = createMemoryRecordStore<ApiKey>()) {
  let ids = 0;
  let now = 1000;
  const ring = new KeyRing({
    store,
    now: () => now,
    newId: () => {
      ids += 1;
      return `key_${ids}`;
    },
    onStorage: () => undefined,
  });
  return { ring, store, setNow: (at: number) => (now = at) };
}
const wanted = { name: 'laptop', role: 'user', expiresAt: null } as const;

describe('the key ring', () => {
  it('finds a key by its secret and by nothing else', async () => {
    const { ring } = aRing();
    const { key, secret } = await ring.create(wanted);
    assert.equal(ring.find(secret)?.id, key.id);
    for (const other of [key.hash, key.prefix, key.id, `${secret}x`, '']) assert.equal(ring.find(other), undefined);
  });

  it('stores a hash, never the key', async () => {
    const { ring, store } = aRing();
    const { secret } = await ring.create(wanted);
    assert.doesNotMatch(JSON.stringify(await store.list()), new RegExp(secret));
  });

  it('knows its keys again after a restart', async () => {
    const { ring, store } = aRing();
    const { secret } = await ring.create(wanted);
    const again = aRing(store).ring;
    await again.load();
    assert.equal(again.find(secret)?.name, 'laptop');
  });

  it('refuses a key from the instant of its removal', async () => {
    const { ring } = aRing();
    const { key, secret } = await ring.create(wanted);
    assert.ok(await ring.remove(key.id));
    assert.equal(ring.find(secret), undefined);
    assert.equal(await ring.remove(key.id), false);
  });

  it('writes the last use behind the request, many uses in one write', async () => {
    const { ring, store, setNow } = aRing();
    const { key } = await ring.create(wanted);
    setNow(5000);
    for (let i = 0; i < 10; i += 1) ring.noteUse(key.id);
    assert.equal((await store.list())[0]?.lastUsedAt, null);
    await ring.flush();
    assert.equal((await store.list())[0]?.lastUsedAt, 5000);
  });

  it('keeps a change that was made while a use waits to be written', async () => {
    const { ring, store } = aRing();
    const { key } = await ring.create(wanted);
    ring.noteUse(key.id);
    await ring.update(key.id, { enabled: false });
    await ring.flush();
    assert.equal((await store.list())[0]?.enabled, false);
  });
});
