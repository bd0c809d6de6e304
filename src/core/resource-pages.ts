/**
 * Paging of the lists of batches and files. They come in two shapes: batches, and files asked for with their beta, page by the ids at
 * a page's ends; files without it, general since August 2026, by a cursor that only its maker reads. Pure.
 */
import type { ResourceKind } from './resources.ts';
import type { EpochMs } from './time.ts';

export interface Pageable {
  readonly id: string;
  readonly createdAt: EpochMs;
}

export type ListShape = 'ids' | 'cursor';

export interface ResourcePage<T> {
  readonly members: readonly T[];
  /** What the reply says beside its `data`. */
  readonly position: Readonly<Record<string, unknown>>;
}

const FILES_BETA = 'files-api-2025-04-14';
const STANDARD_LIMIT = 20;
const LARGEST_LIMIT = 100;
const CURSOR = /^page_([0-9a-z]+)_(.+)$/;

/** `betas`: the header `anthropic-beta`, where one came. */
export const listShape = (kind: ResourceKind, betas: string | undefined): ListShape =>
  kind === 'file' && !(betas ?? '').split(',').some((beta) => beta.trim() === FILES_BETA) ? 'cursor' : 'ids';

/** One page of `all`, which is sorted with the newest first. Null: `page` is no cursor of such a list. */
export function resourcePage<T extends Pageable>(
  all: readonly T[],
  query: URLSearchParams,
  shape: ListShape,
): ResourcePage<T> | null {
  return shape === 'ids' ? pageBetweenIds(all, query) : pageBehindCursor(all, query);
}

const limitOf = (query: URLSearchParams): number =>
  Math.min(LARGEST_LIMIT, Math.max(1, Number(query.get('limit') ?? STANDARD_LIMIT) || STANDARD_LIMIT));

/** The members behind `after_id` or before `before_id`. Unknown ids page from the start. */
function pageBetweenIds<T extends Pageable>(all: readonly T[], query: URLSearchParams): ResourcePage<T> {
  const limit = limitOf(query);
  const placeOf = (name: string): number => all.findIndex(({ id }) => id === query.get(name));
  const before = placeOf('before_id');
  if (before >= 0) return withIds(all.slice(Math.max(0, before - limit), before), before > limit);
  const start = placeOf('after_id') + 1;
  return withIds(all.slice(start, start + limit), start + limit < all.length);
}

const withIds = <T extends Pageable>(members: readonly T[], hasMore: boolean): ResourcePage<T> => ({
  members,
  position: { has_more: hasMore, first_id: members[0]?.id ?? null, last_id: members.at(-1)?.id ?? null },
});

/** The members behind the cursor `page`, or those that `ids` names, all at once. */
function pageBehindCursor<T extends Pageable>(all: readonly T[], query: URLSearchParams): ResourcePage<T> | null {
  const ids = new Set([...query.getAll('ids[]'), ...query.getAll('ids')]);
  if (ids.size > 0) return { members: all.filter(({ id }) => ids.has(id)), position: { next_page: null } };
  const cursor = query.get('page');
  const start = cursor ? placeBehind(all, cursor) : 0;
  if (start === null) return null;
  const members = all.slice(start, start + limitOf(query));
  const last = start + members.length < all.length ? members.at(-1) : undefined;
  return { members, position: { next_page: last ? `page_${last.createdAt.toString(36)}_${last.id}` : null } };
}

/** Where the member at the cursor is gone, its place is known by its age: twice is better than never, for members as old. */
function placeBehind(all: readonly Pageable[], cursor: string): number | null {
  const [, age, id] = CURSOR.exec(cursor) ?? [];
  if (age === undefined || id === undefined) return null;
  const place = all.findIndex((member) => member.id === id);
  if (place >= 0) return place + 1;
  const createdAt = Number.parseInt(age, 36);
  const older = all.findIndex((member) => member.createdAt <= createdAt);
  return older >= 0 ? older : all.length;
}
