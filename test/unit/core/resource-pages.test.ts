import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listShape, type Pageable, resourcePage } from '../../../src/core/resource-pages.ts';

const ids = (members: readonly Pageable[]): readonly string[] => members.map(({ id }) => id);
const pageOf = (all: readonly Pageable[], query: string, shape: 'ids' | 'cursor' = 'cursor') =>
  resourcePage(all, new URLSearchParams(query), shape);
/** Newest first, two made in the same millisecond each time. */
const FILES = Array.from({ length: 8 }, (_, i) => ({ id: `file_${8 - i}`, createdAt: 1000 - Math.floor(i / 2) }));

describe('the shape of a list', () => {
  it('is told by ids for batches', () => assert.equal(listShape('batch', undefined), 'ids'));
  it('is told by ids for files of the beta', () =>
    assert.equal(listShape('file', 'other-2025-01-01, files-api-2025-04-14'), 'ids'));
  it('is a cursor for files of everybody else', () => {
    assert.equal(listShape('file', undefined), 'cursor');
    assert.equal(listShape('file', 'oauth-2025-04-20'), 'cursor');
  });
});

describe('pages behind a cursor', () => {
  it('together hold every member once, in order, and the last one says that it is the last', () =>
    fc.assert(
      fc.property(fc.nat(8), fc.integer({ min: 1, max: 9 }), (count, limit) => {
        const all = FILES.slice(0, count);
        const read: Pageable[] = [];
        for (let cursor: unknown = ''; cursor !== null; ) {
          const page = pageOf(all, `limit=${limit}&page=${String(cursor)}`);
          assert.ok(page && page.members.length <= limit);
          read.push(...page.members);
          cursor = page.position['next_page'];
        }
        assert.deepEqual(read, all);
      }),
    ));

  it('miss nothing where each member is deleted as soon as it is read', () => {
    let left: readonly Pageable[] = FILES;
    const read = new Set<string>();
    for (let cursor: unknown = ''; cursor !== null; ) {
      const page = pageOf(left, `limit=3&page=${String(cursor)}`);
      assert.ok(page);
      for (const { id } of page.members) read.add(id);
      left = left.filter(({ id }) => !read.has(id));
      cursor = page.position['next_page'];
    }
    assert.deepEqual([...read], ids(FILES));
  });

  it('are refused where the cursor is none of ours', () => assert.equal(pageOf(FILES, 'page=file_3'), null));

  it('name no ids of their ends', () => assert.deepEqual(pageOf(FILES, '')?.position, { next_page: null }));
});

describe('members by their ids', () => {
  it('come all at once, without those that are not there', () => {
    const page = pageOf(FILES, 'ids[]=file_2&ids[]=file_7&ids[]=file_99');
    assert.deepEqual([ids(page?.members ?? []), page?.position], [['file_7', 'file_2'], { next_page: null }]);
  });
});

describe('pages between ids', () => {
  it('go on behind after_id', () => {
    const page = pageOf(FILES, 'limit=2&after_id=file_7', 'ids');
    assert.deepEqual(page?.position, { has_more: true, first_id: 'file_6', last_id: 'file_5' });
  });
  it('go back before before_id', () => {
    const page = pageOf(FILES, 'limit=2&before_id=file_6', 'ids');
    assert.deepEqual(page?.position, { has_more: false, first_id: 'file_8', last_id: 'file_7' });
  });
  it('are empty where there is nothing', () =>
    assert.deepEqual(pageOf([], '', 'ids')?.position, { has_more: false, first_id: null, last_id: null }));
});
