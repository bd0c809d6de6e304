/** The last requests, in memory: what is listed and explained. Bounded; a restart forgets them. */
import { LRUCache } from 'lru-cache';
import type { RequestRecord, RequestRecorder } from './request-record.ts';

/** A few megabytes when full. */
const MAX_REQUESTS = 2000;

export interface RecentRequests extends RequestRecorder {
  get(id: string): RequestRecord | undefined;
  /** The one that ended last comes first. */
  list(): readonly RequestRecord[];
}

export function createRecentRequests(): RecentRequests {
  const requests = new LRUCache<string, RequestRecord>({ max: MAX_REQUESTS });
  return {
    record: (request) => void requests.set(request.id, request),
    // A look at a request does not keep it for longer.
    get: (id) => requests.peek(id),
    list: () => [...requests.values()],
  };
}
