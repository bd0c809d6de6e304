import assert from 'node:assert/strict';
import { type ResourceOwner, ResourceOwners } from '../../../src/resources/resource-owners.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { DAY, NOW } from '../../support/builders.ts';

describe('owners of batches and files', () => {
  let now = NOW;
  beforeEach(() => {
    now = NOW;
  });
  const store = () => createMemoryRecordStore<ResourceOwner>();
  const ownersOver = async (records = store()) => {
    const owners = new ResourceOwners({ store: records, now: () => now });
    await owners.load();
    return owners;
  };
  const aBatch = (id: string, over: Partial<ResourceOwner> = {}): ResourceOwner => ({
    id,
    kind: 'batch',
    accountId: 'acc_1',
    apiKeyId: 'key_1',
    createdAt: now,
    ...over,
  });

  it('are known again after a restart', async () => {
    const records = store();
    await (await ownersOver(records)).remember(aBatch('b'));
    assert.equal((await ownersOver(records)).ownerOf('b', 'key_1')?.accountId, 'acc_1');
  });

  it('are told to the key that made it, and to no other', async () => {
    const owners = await ownersOver();
    await owners.remember(aBatch('b'));
    await owners.remember(aBatch('c', { apiKeyId: null }));
    assert.deepEqual(
      [owners.ownerOf('b', 'key_2'), owners.ownerOf('b', null), owners.ownerOf('c', 'key_1')],
      [undefined, undefined, undefined],
    );
    assert.equal(owners.ownerOf('c', null)?.id, 'c');
  });

  it('are listed by kind and key, newest first', async () => {
    const owners = await ownersOver();
    for (const owner of [aBatch('a'), aBatch('f', { kind: 'file' }), aBatch('x', { apiKeyId: 'key_2' }), aBatch('b')])
      await owners.remember(owner);
    assert.deepEqual(
      owners.listOf('batch', 'key_1').map(({ id }) => id),
      ['b', 'a'],
    );
  });

  it('are forgotten after 35 days, on the disk too', async () => {
    const records = store();
    const owners = await ownersOver(records);
    await owners.remember(aBatch('b'));
    now += 35 * DAY;
    assert.equal(owners.ownerOf('b', 'key_1'), undefined);
    await owners.remember(aBatch('c'));
    assert.deepEqual(
      (await records.list()).map(({ id }) => id),
      ['c'],
    );
  });

  it('are bounded: of more than 20,000 the oldest go', async () => {
    const owners = await ownersOver();
    for (let i = 0; i <= 20_000; i += 1) await owners.remember(aBatch(`b${i}`));
    assert.deepEqual([owners.ownerOf('b0', 'key_1'), owners.ownerOf('b1', 'key_1')?.id], [undefined, 'b1']);
  });
});
