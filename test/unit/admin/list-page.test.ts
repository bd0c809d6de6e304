import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageOf } from '../../../src/admin/list-page.ts';

interface Item {
  readonly id: string;
  readonly rank: number;
}

const ORDER = { sorters: { id: ({ id }: Item) => id, rank: ({ rank }: Item) => rank }, standard: 'id' };
const items = fc
  .uniqueArray(fc.record({ id: fc.stringMatching(/^[a-z]{1,3}$/), rank: fc.nat(3) }), { selector: ({ id }) => id, maxLength: 20 })
  .map((all) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
const query = fc.record({ sort: fc.constantFrom('id', '-id', 'rank', '-rank'), limit: fc.integer({ min: 1, max: 8 }) });

/** All pages, one after another; `between` may change the list before each further page. */
function readAll(
  all: readonly Item[],
  { sort, limit }: { sort: string; limit: number },
  between = (left: readonly Item[]) => left,
) {
  const read: Item[] = [];
  let list = all;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = pageOf(list, { sort, limit: String(limit), ...(cursor ? { cursor } : {}) }, ORDER);
    read.push(...page.data);
    cursor = page.next_cursor;
    assert.equal(page.has_more, cursor !== null);
    list = between(list);
  }
  return read;
}

describe('pages of a list', () => {
  it('together hold every item once, in the order that was asked for', () =>
    fc.assert(
      fc.property(items, query, (all, wanted) => {
        const read = readAll(all, wanted);
        assert.deepEqual(
          read.map(({ id }) => id).toSorted(),
          all.map(({ id }) => id),
        );
        const field = wanted.sort.replace('-', '') as keyof Item;
        const keys = read.map((item) => item[field]);
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        assert.deepEqual(keys, wanted.sort.startsWith('-') ? sorted.toReversed() : sorted);
      }),
    ));

  it('neither repeat nor lose an item that stays, whatever is removed between them', () =>
    fc.assert(
      fc.property(items, query, fc.infiniteStream(fc.boolean()), (all, wanted, coin) => {
        const removed = new Set<string>();
        const between = (left: readonly Item[]) =>
          left.filter(({ id }) => {
            if (coin.next().value) removed.add(id);
            return !removed.has(id);
          });
        const read = readAll(all, wanted, between).map(({ id }) => id);
        assert.equal(new Set(read).size, read.length);
        for (const { id } of all) assert.ok(removed.has(id) || read.includes(id), `${id} is lost`);
      }),
    ));

  it('take no cursor that is not theirs', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (cursor) => {
        assert.throws(() => pageOf([{ id: 'a', rank: 1 }], { cursor }, ORDER), { name: 'AdminError', status: 400 });
      }),
    ));
});
