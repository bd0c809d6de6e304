import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiKey } from '../../../src/api-keys/api-key.ts';
import { KeyRing, sameSecret } from '../../../src/api-keys/key-ring.ts';
import { formatKey, isWellFormedKey } from '../../../src/core/client-key-format.ts';
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

  describe('after a rotation', () => {
    const rotated = async (graceMs: number) => {
      const world = aRing();
      const { key, secret: former } = await world.ring.create(wanted);
      const now = await world.ring.rotate(key.id, graceMs);
      assert.ok(now);
      return { ...world, id: key.id, former, ...now };
    };

    it('knows the key by its new secret, under its id, with the new beginning', async () => {
      const { ring, id, secret, former, key } = await rotated(0);
      assert.deepEqual([ring.find(secret)?.id, ring.find(former)], [id, undefined]);
      assert.ok(secret.startsWith(key.prefix));
    });

    it('knows the former secret until the grace period is over', async () => {
      const { ring, id, former, setNow } = await rotated(5000);
      setNow(5999);
      assert.equal(ring.find(former)?.id, id);
      setNow(6000);
      assert.equal(ring.find(former), undefined);
    });

    it('knows only the last but one secret beside the last', async () => {
      const { ring, id, former, secret } = await rotated(5000);
      await ring.rotate(id, 5000);
      assert.deepEqual([ring.find(former), ring.find(secret)?.id], [undefined, id]);
    });

    it('knows no former secret when the key is rotated once more at once', async () => {
      const { ring, id, former, secret } = await rotated(5000);
      await ring.rotate(id, 0);
      assert.deepEqual([ring.find(former), ring.find(secret)], [undefined, undefined]);
    });

    it('remembers both secrets over a restart', async () => {
      const { store, id, former, secret } = await rotated(5000);
      const again = aRing(store).ring;
      await again.load();
      assert.deepEqual([again.find(former)?.id, again.find(secret)?.id], [id, id]);
    });

    it('forgets both secrets with the key', async () => {
      const { ring, id, former, secret } = await rotated(5000);
      await ring.remove(id);
      assert.deepEqual([ring.find(former), ring.find(secret)], [undefined, undefined]);
    });

    it('refuses both secrets of a disabled key alike', async () => {
      const { ring, id, former, secret } = await rotated(5000);
      await ring.update(id, { enabled: false });
      assert.deepEqual([ring.find(former)?.enabled, ring.find(secret)?.enabled], [false, false]);
    });

    it('keeps the former secret through a use and a change', async () => {
      const { ring, id, former } = await rotated(5000);
      ring.noteUse(id);
      await ring.update(id, { name: 'desk' });
      assert.equal(ring.find(former)?.name, 'desk');
    });
  });

  it('gives no secret to a key that is not there', async () => {
    assert.equal(await aRing().ring.rotate('key_404', 0), undefined);
  });

  it('counts a revision for every change by a person, and none for a use', async () => {
    const { ring } = aRing();
    const { key } = await ring.create(wanted);
    ring.noteUse(key.id);
    await ring.update(key.id, { name: 'desk' });
    await ring.rotate(key.id, 0);
    assert.equal(ring.get(key.id)?.revision, 3);
  });

  it('tells keys apart however much of them agrees', async () => {
    const { ring } = aRing();
    const { key, secret } = await ring.create(wanted);
    let number = 0n;
    for (const digit of secret.slice(3, 46))
      number = number * 62n + BigInt('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit));
    const keyOf = (value: bigint) => formatKey(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
    assert.equal(keyOf(number), secret);
    for (const neighbour of [keyOf(number ^ 1n), keyOf(number ^ (1n << 200n)), `${secret.slice(0, 40)}${secret.slice(0, 12)}`]) {
      assert.notEqual(neighbour, secret);
      assert.equal(ring.find(neighbour), undefined);
    }
    assert.equal(ring.find(secret)?.id, key.id);
  });

  it('finds nothing for anything that is no key, whatever it is', async () => {
    const { ring } = aRing();
    await ring.create(wanted);
    const odd = [
      "' OR 1=1 --",
      '%',
      '_',
      '*',
      '{"$gt":""}',
      '__proto__',
      'constructor',
      '\0',
      'hg_',
      `hg_${'0'.repeat(49)}`,
      'x'.repeat(1_000_000),
    ];
    for (const presented of odd) assert.equal(ring.find(presented), undefined);
    fc.assert(fc.property(fc.string(), (presented) => ring.find(presented) === undefined));
    for (const presented of odd) assert.equal(isWellFormedKey(presented), false);
  });
});

describe('the comparison of secrets', () => {
  it('takes exactly the same text for the same, whatever is compared', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameSecret(a, b) === (a === b)));
    fc.assert(fc.property(fc.string(), (a) => sameSecret(a, a) && !sameSecret(a, `${a}x`)));
  });

  it('knows an empty text, unequal lengths and letters that look alike', () => {
    for (const [a, b] of [
      ['', 'x'],
      ['x', ''],
      ['é', 'e\u0301'],
      ['a', 'a\0'],
    ] as const)
      assert.equal(sameSecret(a, b), false, JSON.stringify([a, b]));
    assert.equal(sameSecret('', ''), true);
  });
});
