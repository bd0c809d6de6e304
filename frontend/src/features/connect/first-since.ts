/** Pure. */
import type { RequestView } from '@contract/requests.ts';

/** Replies name the second; a request in the same one may have come before. It is better taken than left waiting for. */
const GRAIN_MS = 1000;

/**
 * Of the requests since an instant the first that was served, else the last that was not: who tries until it works wants to see that it
 * does. Requests that bring no reply of a model, such as lists of models, count as well.
 */
export function firstSince(since: number, requests: readonly RequestView[]): RequestView | undefined {
  const recent = requests
    .filter(({ started_at }) => Date.parse(started_at) >= since - GRAIN_MS)
    .toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  return recent.find(({ status }) => status < 400) ?? recent.at(-1);
}
