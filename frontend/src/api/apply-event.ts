/** Puts what the server tells into what is shown. Where an event is only a hint, what it hints at is asked for, but not more than once a second. */
import type { AlertView } from '@contract/alerts.ts';
import { type EventData, type EventType, eventSchemas } from '@contract/events.ts';
import type { RequestView } from '@contract/requests.ts';
import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import { trackFetchStarts } from '@/lib/fetch-starts.ts';
import { createGatherer, type Gatherer } from '@/lib/gather.ts';
import type { ServerEvent } from '@/lib/live/live-updates.ts';
import { forgetAccount, noteAccount } from './accounts.ts';
import { forgetKey, noteKey, noteUse } from './keys.ts';
import { recentRequestsQuery } from './requests.ts';
import { sessionsQuery } from './sessions.ts';
import { settingsQuery } from './settings.ts';
import { statisticsQuery } from './statistics.ts';

export const EVENT_TYPES = Object.keys(eventSchemas) as readonly EventType[];

const HINT_EVERY_MS = 1000;

type Applied = Exclude<EventType, 'resync'>;
type Appliers = { readonly [T in Applied]: (data: EventData<T>) => void };

/** Returns what to do with each event. One that does not fit the contract is left out: polling brings what it was about. */
export function createEventApplier(
  client: QueryClient,
  later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
  now: () => number = () => performance.now(),
): (event: ServerEvent, askedAt?: number | null) => void {
  const hints = createGatherer(HINT_EVERY_MS, later);
  const appliers = appliersFor(client, hints);
  const startOf = trackFetchStarts(client.getQueryCache(), now);
  return ({ type, data }, askedAt = null) => {
    if (!isEventType(type)) return;
    if (type === 'resync') return resync(client, (query) => askedAt !== null && startOf(query) >= askedAt);
    apply(appliers, type, data);
  };
}

/**
 * Asks for everything on show but what is known to be fresh, and but who is signed in, which the server would have told by ending the
 * stream.
 */
function resync(client: QueryClient, isFresh: (query: Query) => boolean): void {
  void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && !isFresh(query) });
}

const isEventType = (type: string): type is EventType => Object.hasOwn(eventSchemas, type);

function apply<T extends Applied>(appliers: Appliers, type: T, data: unknown): void {
  const result = eventSchemas[type].safeParse(data);
  if (result.success) appliers[type](result.data as EventData<T>);
}

function appliersFor(client: QueryClient, hints: Gatherer): Appliers {
  const refetch = (queryKey: QueryKey): void =>
    hints.want(JSON.stringify(queryKey), () => void client.invalidateQueries({ queryKey }));
  return {
    account: (account) => noteAccount(client, account, refetch),
    account_removed: ({ id }) => forgetAccount(client, id),
    key: (key) => noteKey(client, key),
    key_removed: ({ id }) => forgetKey(client, id),
    request: (request) => noteRequest(client, request, refetch),
    session: () => refetch(sessionsQuery().queryKey),
    config: () => refetch(settingsQuery().queryKey),
    alert: (alert) => noteAlerts(client, (alerts) => [...alerts.filter(({ id }) => id !== alert.id), alert]),
    alert_cleared: ({ id }) => noteAlerts(client, (alerts) => alerts.filter((alert) => alert.id !== id)),
    statistics_changed: () => refetch(statisticsQuery().queryKey),
  };
}

function noteAlerts(client: QueryClient, change: (alerts: readonly AlertView[]) => AlertView[]): void {
  client.setQueryData(statisticsQuery().queryKey, (known) => known && { ...known, alerts: change(known.alerts) });
}

/** The newest first, in each list of all accounts as long as it was asked for; lists of one account are asked for again. */
function noteRequest(client: QueryClient, request: RequestView, refetch: (key: QueryKey) => void): void {
  if (request.key !== null) noteUse(client, request.key.id, request.started_at);
  const [name] = recentRequestsQuery({ limit: 1 }).queryKey;
  for (const query of client.getQueryCache().findAll({ queryKey: [name] })) {
    const asked = query.queryKey[1] as { readonly limit: number; readonly accountId: string | null };
    if (asked.accountId !== null) refetch(query.queryKey);
    else
      client.setQueryData<readonly RequestView[]>(query.queryKey, (known) =>
        known ? [request, ...known.filter(({ id }) => id !== request.id)].slice(0, asked.limit) : known,
      );
  }
}
