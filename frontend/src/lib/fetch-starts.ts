/** When each query was last asked for. The library notes only when the reply came. */
import type { Query, QueryCache } from '@tanstack/react-query';

/** Returns the instant by `now` at which a query was last asked for; minus infinity when it never was. */
export function trackFetchStarts(cache: QueryCache, now: () => number): (query: Query) => number {
  const starts = new WeakMap<Query, number>();
  cache.subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'fetch') starts.set(event.query, now());
  });
  return (query) => starts.get(query) ?? Number.NEGATIVE_INFINITY;
}
