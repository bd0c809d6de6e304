/** One page of a list, in the order that was asked for. */
import { z } from 'zod';
import { listQuerySchema, type Sort } from '../contract/common.ts';
import { invalidField, parse } from './admin-error.ts';

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

type SortKey = string | number;
type Sorter<T> = (item: T) => SortKey;

export interface Order<T> {
  readonly sorters: Readonly<Record<string, Sorter<T>>>;
  readonly standard: string;
}

/** The order of a list, with a sorter for each field that its contract names. */
export const orderBy = <T, F extends string>({ standard }: Sort<F>, sorters: Readonly<Record<F, Sorter<T>>>): Order<T> => ({
  sorters,
  standard,
});

/** The last item of the page before: its place in the order, and its id, since several items may share a place. */
const cursorSchema = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()]);

/**
 * `sorters` names the fields that may be asked for. `standard` is the order of `items` itself, and the one that holds when none is asked
 * for. A cursor stays good when the item that it names is removed.
 */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  query: unknown,
  { sorters, standard }: Order<T>,
): Page<T> {
  const { limit, cursor, sort = standard } = parse(listQuerySchema, query);
  const field = sort.replace(/^-/, '');
  const key = Object.hasOwn(sorters, field) ? sorters[field] : undefined;
  if (!key) throw invalidField('sort', `is one of ${Object.keys(sorters).join(', ')}, with - in front for descending`);
  const direction = sort.startsWith('-') ? -1 : 1;
  const sorted = sort === standard ? items : items.toSorted((a, b) => direction * compare(key(a), key(b)) || compare(a.id, b.id));
  const start = cursor === undefined ? 0 : placeAfter(readCursor(cursor, sort), sorted, { key, direction });
  const data = sorted.slice(start, start + limit);
  const last = data.at(-1);
  const more = last !== undefined && start + limit < sorted.length;
  return { data, has_more: more, next_cursor: more ? writeCursor([sort, key(last), last.id]) : null };
}

/** Takes the filters that `schema` names out of a list's query; the rest is for `pageOf`. @throws AdminError 400 */
export function takeFilters<T extends z.ZodObject>(
  schema: T,
  query: Readonly<Record<string, unknown>>,
): { readonly filters: z.output<T>; readonly rest: Readonly<Record<string, unknown>> } {
  const isFilter = ([name]: readonly [string, unknown]) => Object.hasOwn(schema.shape, name);
  const entries = Object.entries(query);
  const filters = parse(schema, Object.fromEntries(entries.filter(isFilter)));
  return { filters, rest: Object.fromEntries(entries.filter((entry) => !isFilter(entry))) };
}

const compare = (a: SortKey, b: SortKey): number => (a < b ? -1 : a > b ? 1 : 0);

type Cursor = z.output<typeof cursorSchema>;

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function readCursor(text: string, sort: string): Cursor {
  try {
    const cursor = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (cursor[0] === sort) return cursor;
  } catch {
    // Told below, as any other cursor that is not from this list.
  }
  throw invalidField('cursor', 'is not one that this list gave out in this order');
}

function placeAfter<T extends { readonly id: string }>(
  [, lastKey, lastId]: Cursor,
  sorted: readonly T[],
  { key, direction }: { readonly key: (item: T) => SortKey; readonly direction: number },
): number {
  const last = sorted.findIndex(({ id }) => id === lastId);
  if (last >= 0) return last + 1;
  const next = sorted.findIndex((item) => (direction * compare(key(item), lastKey) || compare(item.id, lastId)) > 0);
  return next < 0 ? sorted.length : next;
}
