/** The configuration in force, and the settings made at run time. */
import { settingsSchema } from '@contract/settings.ts';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/lib/api-client.ts';

export const settingsQuery = () =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.get('/settings', settingsSchema, { signal }),
  });
