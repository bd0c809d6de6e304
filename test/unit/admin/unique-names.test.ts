import assert from 'node:assert/strict';
import { createUniqueNames } from '../../../src/admin/unique-names.ts';

const TAKEN = { name: 'AdminError', status: 409 };

describe('a name that is claimed', () => {
  it('is nobody else’s while its owner is still being stored, whatever its case and composition', async () => {
    const names = createUniqueNames('key', () => []);
    const stored = Promise.withResolvers<string>();
    const first = names.claim({ name: 'E\u0301mile' }, () => stored.promise);
    await assert.rejects(
      names.claim({ name: '\u00e9MILE' }, async () => 'second'),
      TAKEN,
    );
    stored.resolve('first');
    assert.equal(await first, 'first');
  });

  it('is free again when storing its owner failed', async () => {
    const names = createUniqueNames('key', () => []);
    await assert.rejects(
      names.claim({ name: 'one' }, () => Promise.reject(new Error('disk full'))),
      /disk full/,
    );
    assert.equal(await names.claim({ name: 'one' }, async () => 'second'), 'second');
  });

  it('may be kept by who has it, and by nobody else', async () => {
    const names = createUniqueNames('key', () => [{ id: 'key_1', name: 'one' }]);
    assert.equal(await names.claim({ name: 'ONE', ownId: 'key_1' }, async () => 'renamed'), 'renamed');
    await assert.rejects(
      names.claim({ name: 'one', ownId: 'key_2' }, async () => 'renamed'),
      TAKEN,
    );
  });

  it('holds up nobody who asks for none', async () => {
    const names = createUniqueNames('key', () => [{ id: 'key_1', name: 'one' }]);
    assert.equal(await names.claim({ name: undefined, ownId: 'key_2' }, async () => 'changed'), 'changed');
  });
});
