import { statisticsSchema } from '@contract/statistics.ts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/lib/api-client.ts';

export const statisticsQuery = () =>
  queryOptions({
    queryKey: ['statistics'],
    queryFn: ({ signal }) => api.get('/admin/statistics', statisticsSchema, { signal }),
    refetchInterval: 30_000,
  });
