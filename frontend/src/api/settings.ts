/** The configuration in force, and the settings made at run time. */
import { settingsSchema } from '@contract/settings.ts';
import { queryOptions } from '@tanstack/react-query';
import { api, type Parsed } from '@/lib/api-client.ts';

export type Settings = Parsed<typeof settingsSchema>;
export type Setting = Settings['data'][number];

export const settingsQuery = () =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.get('/settings', settingsSchema, { signal }),
  });

/** Throws ApiError. */
export const settingCommands = {
  /** By key; null gives a key back to the file. */
  change: (values: Readonly<Record<string, Setting['value']>>) =>
    api.send('PATCH', '/settings', settingsSchema, { body: { values } }),
};
