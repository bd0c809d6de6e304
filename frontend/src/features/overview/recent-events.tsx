/** What happened to the accounts lately, the newest first. */
import type { AccountView } from '@contract/accounts.ts';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'react-router';
import { latestEventsQuery } from '@/api/accounts.ts';
import { EventDot } from '@/components/event-dot.tsx';
import { Ago } from '@/components/time.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { eventWords } from '@/lib/event-words.ts';
import { mergeEvents } from './merge-events.ts';

const SHOWN = 8;
/** Of each account: one of them may have had all of the last events. */
const ASKED = SHOWN;
/** More would be too many questions for one page. */
const MOST_ACCOUNTS = 20;

export function RecentEvents({ accounts }: { readonly accounts: readonly AccountView[] | undefined }) {
  const asked = (accounts ?? []).slice(0, MOST_ACCOUNTS);
  const histories = useQueries({ queries: asked.map(({ id }) => latestEventsQuery(id, ASKED)) });
  const isLoading = accounts === undefined || histories.some(({ isPending }) => isPending);
  const events = mergeEvents(
    asked.map((account, index) => ({ account, events: histories[index]?.data ?? [] })),
    SHOWN,
  );
  return (
    <Card aria-labelledby="events-title">
      <CardTitle id="events-title" className="border-border border-b px-4 py-2">
        Recent events
      </CardTitle>
      {isLoading && events.length === 0 && <Skeleton className="m-4 h-40" />}
      {!isLoading && events.length === 0 && <p className="px-4 py-6 text-subtle">Nothing has happened yet.</p>}
      <ul className="divide-y divide-border">
        {events.map(({ account, event }) => (
          <li key={event.id} className="flex gap-2.5 px-4 py-2">
            <EventDot type={event.type} />
            <div className="min-w-0 flex-1">
              <p className="flex justify-between gap-3">
                <span className="min-w-0 truncate">
                  <Link to={`/accounts/${account.id}`} className="font-medium hover:underline">
                    {account.name}
                  </Link>{' '}
                  · {eventWords(event.type)}
                </span>
                <Ago at={event.at} className="shrink-0 text-subtle text-xs leading-5" />
              </p>
              <p className="truncate text-subtle text-xs" title={event.evidence.summary}>
                {event.evidence.summary}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
