/** The clients' keys. A key itself is in the replies to making and rotating it, and nowhere else. */
import { createdKeySchema, type KeyView, keyListSchema, keySchema } from '@contract/keys.ts';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Parsed } from '@/lib/api-client.ts';
import { liveStatus } from '@/lib/live/live-status.ts';

/** With the secret. It is kept in no cache: who needs it holds it for as long as it is on show. */
export type CreatedKey = Parsed<typeof createdKeySchema>;

export const keysQuery = () =>
  queryOptions({
    queryKey: ['keys'],
    queryFn: ({ signal }) => api.list('/keys', keyListSchema, { signal }),
    refetchInterval: liveStatus.pollInterval,
  });

/** Takes what is shown of a key, never its secret. */
export function noteKey(client: QueryClient, key: KeyView): void {
  client.setQueryData(keysQuery().queryKey, (keys) => {
    if (keys === undefined) return keys;
    const shown = keySchema.parse(key);
    return keys.some(({ id }) => id === key.id) ? keys.map((known) => (known.id === key.id ? shown : known)) : [...keys, shown];
  });
}

/** A request came with the key; the server tells of requests, not of keys that were used. */
export function noteUse(client: QueryClient, id: string, at: string): void {
  client.setQueryData(keysQuery().queryKey, (keys) =>
    keys?.map((key) =>
      key.id === id && Date.parse(at) > Date.parse(key.last_used_at ?? '1970-01-01') ? { ...key, last_used_at: at } : key,
    ),
  );
}

export function forgetKey(client: QueryClient, id: string): void {
  client.setQueryData(keysQuery().queryKey, (keys) => keys?.filter((key) => key.id !== id));
}

export interface NewKey {
  readonly name: string;
  readonly role: KeyView['role'];
  readonly expires_at: string | null;
}

export interface KeyChange {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly expires_at?: string | null;
}

const pathOf = (id: string): string => `/keys/${encodeURIComponent(id)}`;

/** Each throws ApiError. */
export const keyCommands = {
  create: (key: NewKey) => api.send('POST', '/keys', createdKeySchema, { body: key }),
  change: (id: string, change: KeyChange) => api.send('PATCH', pathOf(id), keySchema, { body: change }),
  /** A new secret; the former one works on for so long. */
  rotate: (id: string, graceSeconds: number) =>
    api.send('POST', `${pathOf(id)}/rotate`, createdKeySchema, { body: { grace_period_seconds: graceSeconds } }),
  remove: (id: string) => api.command('DELETE', pathOf(id)),
};
