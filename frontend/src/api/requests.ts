/** The last requests of the clients. */
import { type RequestView, requestListSchema } from '@contract/requests.ts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/lib/api-client.ts';
import { liveStatus } from '@/lib/live/live-status.ts';

/** The newest ones, of all accounts or of one. */
export const recentRequestsQuery = ({ limit, accountId }: { readonly limit: number; readonly accountId?: string }) =>
  queryOptions({
    queryKey: ['requests', { limit, accountId: accountId ?? null }],
    queryFn: async ({ signal }): Promise<readonly RequestView[]> => {
      const query = new URLSearchParams({ limit: String(limit), ...(accountId === undefined ? {} : { account_id: accountId }) });
      return (await api.get(`/requests?${query}`, requestListSchema, { signal })).data;
    },
    refetchInterval: liveStatus.pollInterval,
  });
