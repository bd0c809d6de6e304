/** The clients that use Headgate now: each an API key together with an address and a user agent. */
import { type ClientSessionView, clientSessionListSchema } from '@contract/sessions.ts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/lib/api-client.ts';
import { liveStatus } from '@/lib/live/live-status.ts';

/** What runs, grows: its bytes are looked at again that often while the page is open. */
const RUNNING_EVERY_MS = 3000;

const hasRunning = (sessions: readonly ClientSessionView[] | undefined): boolean =>
  sessions?.some(({ running }) => running.length > 0) ?? false;

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api.list('/sessions', clientSessionListSchema, { signal }),
    refetchInterval: ({ state }) => (hasRunning(state.data) ? RUNNING_EVERY_MS : liveStatus.pollInterval()),
  });

/** Ends its requests; the client is refused until the session is over. Throws ApiError. */
export const revokeSession = (id: string): Promise<void> => api.command('DELETE', `/sessions/${encodeURIComponent(id)}`);
