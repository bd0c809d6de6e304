/** The last requests, in memory: what is listed and explained. Bounded; a restart forgets them. */
import type { RequestRecord, RequestRecorder } from './request-record.ts';

/** A few megabytes when full. */
const MAX_REQUESTS = 2000;

export interface RecentRequests extends RequestRecorder {
  get(id: string): RequestRecord | undefined;
  /** The one that ended last comes first. */
  list(): readonly RequestRecord[];
}

export function createRecentRequests(): RecentRequests {
  /** In the order in which they ended. */
  const requests = new Map<string, RequestRecord>();
  return {
    record(request) {
      requests.set(request.id, request);
      if (requests.size <= MAX_REQUESTS) return;
      for (const oldest of requests.keys()) {
        requests.delete(oldest);
        break;
      }
    },
    get: (id) => requests.get(id),
    list: () => [...requests.values()].reverse(),
  };
}
