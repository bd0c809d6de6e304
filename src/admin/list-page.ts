/** One page of a list, in the order that was asked for. */
import { type ListQuery, listQuerySchema } from '../contract/common.ts';
import { invalidField, parse } from './admin-error.ts';

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

export type Sorters<T> = Readonly<Record<string, (item: T) => string | number>>;

/** `sorters` names the fields that may be asked for; the first is the default. The cursor is the id of the last item of the page before. */
export function pageOf<T extends { readonly id: string }>(items: readonly T[], query: unknown, sorters: Sorters<T>): Page<T> {
  const { limit, cursor, sort } = parse(listQuerySchema, query) as ListQuery;
  const sorted = sort === undefined ? items : sortBy(items, sort, sorters);
  const after = cursor === undefined ? -1 : sorted.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && after < 0) throw invalidField('cursor', 'names nothing in this list');
  const data = sorted.slice(after + 1, after + 1 + limit);
  const has_more = after + 1 + limit < sorted.length;
  return { data, has_more, next_cursor: has_more ? (data.at(-1)?.id ?? null) : null };
}

function sortBy<T>(items: readonly T[], sort: string, sorters: Sorters<T>): readonly T[] {
  const field = sort.replace(/^-/, '');
  const key = Object.hasOwn(sorters, field) ? sorters[field] : undefined;
  if (!key) throw invalidField('sort', `is one of ${Object.keys(sorters).join(', ')}, with - in front for descending`);
  const direction = sort.startsWith('-') ? -1 : 1;
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return items.toSorted((a, b) => direction * compare(key(a), key(b)));
}
