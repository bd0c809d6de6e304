/** The figures of the whole instance. */
import { statisticsSchema } from '@contract/statistics.ts';
import { queryOptions } from '@tanstack/react-query';
import { api, type Parsed } from '@/lib/api-client.ts';
import { liveStatus } from '@/lib/live/live-status.ts';

export type Statistics = Parsed<typeof statisticsSchema>;

export const statisticsQuery = () =>
  queryOptions({
    queryKey: ['statistics'],
    queryFn: ({ signal }) => api.get('/admin/statistics', statisticsSchema, { signal }),
    refetchInterval: liveStatus.pollInterval,
  });
