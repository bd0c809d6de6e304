/** The accounts of the pool: what is known of them, and what can be done to them. */
import {
  type AccountView,
  accountEventListSchema,
  accountListSchema,
  accountSchema,
  type authorizeSchema,
  createdAccountSchema,
  loginSchema,
  recentEventListSchema,
  refreshResultSchema,
  servingSchema,
  testResultSchema,
  windowHistorySchema,
} from '@contract/accounts.ts';
import { infiniteQueryOptions, type QueryClient, type QueryKey, queryOptions } from '@tanstack/react-query';
import { api, type Parsed } from '@/lib/api-client.ts';
import { liveStatus } from '@/lib/live/live-status.ts';
import { statisticsQuery } from './statistics.ts';

export type AccountEvent = Parsed<typeof accountEventListSchema>['data'][number];
export type RecentEvent = Parsed<typeof recentEventListSchema>['data'][number];
export type Serving = Parsed<typeof servingSchema>;
export type WindowHistory = Parsed<typeof windowHistorySchema>['data'];
export type TestResult = Parsed<typeof testResultSchema>;
export type Login = Parsed<typeof loginSchema>;
type AuthorizeRequest = Parsed<typeof authorizeSchema>;

const pathOf = (id: string): string => `/accounts/${encodeURIComponent(id)}`;

export const accountsQuery = () =>
  queryOptions({
    queryKey: ['accounts', 'all'],
    queryFn: ({ signal }) => api.list('/accounts', accountListSchema, { signal }),
    refetchInterval: liveStatus.pollInterval,
  });

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', 'one', id],
    queryFn: ({ signal }) => api.get(pathOf(id), accountSchema, { signal }),
    refetchInterval: liveStatus.pollInterval,
  });

/** Would selection take it now, and if not, why not? By the server's own rules. `model`: empty for requests of any model. */
export const servingQuery = (id: string, model: string) =>
  queryOptions({
    queryKey: ['accounts', 'serving', id, model],
    queryFn: ({ signal }) => {
      const query = model === '' ? '' : `?${new URLSearchParams({ model })}`;
      return api.get(`${pathOf(id)}/serving${query}`, servingSchema, { signal });
    },
    refetchInterval: liveStatus.pollInterval,
  });

/** The newest events first. `types`: event types separated by commas; all when empty. */
export const eventsQuery = (id: string, { types = '', limit = 25 } = {}) =>
  infiniteQueryOptions({
    queryKey: ['accounts', 'events', id, { types, limit }],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({
        limit: String(limit),
        ...(types && { type: types }),
        ...(pageParam && { cursor: pageParam }),
      });
      return api.get(`${pathOf(id)}/events?${query}`, accountEventListSchema, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: liveStatus.pollInterval,
  });

export const windowHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', 'windows', id],
    queryFn: async ({ signal }): Promise<WindowHistory> =>
      (await api.get(`${pathOf(id)}/windows`, windowHistorySchema, { signal })).data,
    refetchInterval: liveStatus.pollInterval,
  });

/** Of all accounts, the newest first. */
export const recentEventsQuery = (limit: number) =>
  queryOptions({
    queryKey: ['accounts', 'recent-events', limit],
    queryFn: async ({ signal }): Promise<readonly RecentEvent[]> =>
      (await api.get(`/events/recent?limit=${limit}`, recentEventListSchema, { signal })).data,
    refetchInterval: liveStatus.pollInterval,
  });

/**
 * What changed of one account, put where it is shown; everything that is derived from it is asked for again, by `refetch` when that is
 * to be done more slowly.
 */
export function noteAccount(
  client: QueryClient,
  account: AccountView,
  refetch: (key: QueryKey) => void = (queryKey) => void client.invalidateQueries({ queryKey }),
): void {
  client.setQueryData(accountQuery(account.id).queryKey, account);
  client.setQueryData(accountsQuery().queryKey, (accounts) => accounts && withAccount(accounts, account));
  refetch(['accounts', 'events', account.id]);
  refetch(['accounts', 'recent-events']);
  refetch(['accounts', 'serving', account.id]);
  refetch(statisticsQuery().queryKey);
}

const withAccount = (accounts: readonly AccountView[], account: AccountView): readonly AccountView[] =>
  accounts.some(({ id }) => id === account.id)
    ? accounts.map((known) => (known.id === account.id ? account : known))
    : [...accounts, account];

export function forgetAccount(client: QueryClient, id: string): void {
  client.setQueryData(accountsQuery().queryKey, (accounts) => accounts?.filter((account) => account.id !== id));
  client.removeQueries(accountQuery(id));
  void client.invalidateQueries({ queryKey: ['accounts', 'recent-events'] });
  void client.invalidateQueries(statisticsQuery());
}

export interface AccountChange {
  readonly name?: string;
  readonly status?: 'active' | 'inactive';
  readonly priority?: number;
  readonly max_concurrency?: number | null;
  readonly max_utilization?: number | null;
  readonly allow_overage?: boolean | null;
  readonly api_key?: string;
  readonly access_token?: string;
}

export type NewAccount =
  | { readonly kind: 'api_key'; readonly name: string; readonly api_key: string }
  | { readonly kind: 'oauth_static'; readonly name: string; readonly access_token: string; readonly expires_at?: string }
  | { readonly kind: 'oauth'; readonly name?: string; readonly code: string; readonly state: string };

/** Each throws ApiError. */
export const accountCommands = {
  change: (id: string, change: AccountChange) => api.send('PATCH', pathOf(id), accountSchema, { body: change }),
  refresh: (id: string) => api.send('POST', `${pathOf(id)}/refresh`, refreshResultSchema),
  /** With a model one token is asked for, which costs; without one only the credential is tried. */
  test: (id: string, model: string | null) =>
    api.send('POST', `${pathOf(id)}/test`, testResultSchema, { body: model === null ? {} : { model } }),
  clearLimit: (id: string) => api.send('POST', `${pathOf(id)}/clear-limit`, accountSchema),
  /** Gives it first priority; the others stay as reserve. */
  prefer: (id: string) => api.send('POST', `${pathOf(id)}/prefer`, accountSchema),
  remove: (id: string) => api.command('DELETE', pathOf(id)),
  beginLogin: (request: AuthorizeRequest) => api.send('POST', '/oauth/authorize', loginSchema, { body: request }),
  add: (account: NewAccount) => api.send('POST', '/accounts', createdAccountSchema, { body: account }),
};
