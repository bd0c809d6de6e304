/** What happened to the accounts lately, the newest first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { recentEventsQuery } from '@/api/accounts.ts';
import { EventDot } from '@/components/event-dot.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { Ago } from '@/components/time.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { eventWords } from '@/lib/event-words.ts';

const SHOWN = 8;

export function RecentEvents() {
  const recent = useQuery(recentEventsQuery(SHOWN));
  return (
    <Card aria-labelledby="events-title">
      <CardTitle id="events-title" className="border-border border-b px-4 py-2">
        Recent events
      </CardTitle>
      {recent.isPending && <Skeleton className="m-4 h-40" />}
      {recent.isError && !recent.data && (
        <div className="p-4">
          <LoadFailure what="The events" query={recent} />
        </div>
      )}
      {recent.data?.length === 0 && <p className="px-4 py-6 text-subtle">Nothing has happened yet.</p>}
      <ul className="divide-y divide-border">
        {recent.data?.map(({ account, ...event }) => (
          <li key={event.id} className="flex gap-2.5 px-4 py-2">
            <EventDot type={event.type} />
            <div className="min-w-0 flex-1">
              <p className="flex justify-between gap-3">
                <span className="flex min-w-0">
                  <Link to={`/accounts/${account.id}`} className="truncate font-medium hover:underline" title={account.name}>
                    {account.name}
                  </Link>
                  <span className="shrink-0 whitespace-pre"> · {eventWords(event.type)}</span>
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
