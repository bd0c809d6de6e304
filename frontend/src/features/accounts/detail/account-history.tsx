/** What happened to an account, with the evidence: what the upstream said, by status code and headers. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { type AccountEvent, eventsQuery } from '@/api/accounts.ts';
import { EventDot } from '@/components/event-dot.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { StatusBadge } from '@/components/status-badge.tsx';
import { Ago } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { eventWords } from '@/lib/event-words.ts';
import { cn } from '@/lib/utils.ts';
import { type EventView, eventViews } from './event-views.ts';

export function AccountHistory({ accountId }: { readonly accountId: string }) {
  const [view, setView] = useState<EventView>('all');
  const history = useInfiniteQuery(eventsQuery(accountId, { types: eventViews[view].types.join() }));
  const events = history.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Card aria-labelledby="history-title">
      <div className="flex flex-wrap items-center justify-between gap-2 border-border border-b px-4 py-2">
        <CardTitle id="history-title">History</CardTitle>
        <fieldset className="flex gap-0.5 rounded-md bg-muted p-0.5">
          <legend className="sr-only">Which events</legend>
          {(Object.keys(eventViews) as EventView[]).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={view === each}
              onClick={() => setView(each)}
              className={cn(
                'rounded px-2 py-0.5 font-medium text-xs',
                view === each ? 'bg-selected text-foreground shadow-xs' : 'text-subtle hover:text-foreground',
              )}
            >
              {eventViews[each].label}
            </button>
          ))}
        </fieldset>
      </div>
      {history.isPending && <Skeleton className="m-4 h-32" />}
      {history.isError && events.length === 0 && (
        <div className="p-4">
          <LoadFailure what="The history" query={history} />
        </div>
      )}
      {history.isSuccess && events.length === 0 && <p className="px-4 py-6 text-subtle">Nothing of the kind has happened yet.</p>}
      <ol className="divide-y divide-border">
        {events.map((event) => (
          <HistoryEntry key={event.id} event={event} />
        ))}
      </ol>
      {history.hasNextPage && (
        <div className="border-border border-t p-2 text-center">
          <Button size="small" variant="ghost" pending={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      )}
    </Card>
  );
}

function HistoryEntry({ event: { type, at, from, to, evidence } }: { readonly event: AccountEvent }) {
  return (
    <li className="flex gap-2.5 px-4 py-2.5">
      <EventDot type={type} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex items-start justify-between gap-x-3">
          <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            {eventWords(type)}
            {from !== null && from !== to && (
              <span className="inline-flex items-center gap-1">
                <StatusBadge status={from} />
                <ArrowRight className="size-3.5 text-subtle" aria-label="to" />
                <StatusBadge status={to} />
              </span>
            )}
          </span>
          <Ago at={at} className="shrink-0 text-subtle text-xs leading-5" />
        </p>
        <p className="break-words text-subtle">{evidence.summary}</p>
        <Evidence evidence={evidence} />
      </div>
    </li>
  );
}

function Evidence({ evidence: { status, error_type, row, headers } }: Pick<AccountEvent, 'evidence'>) {
  const facts = [
    ...(status === undefined ? [] : [['status', String(status)] as const]),
    ...(error_type === undefined ? [] : [['error type', error_type] as const]),
    ...(row === undefined ? [] : [['row of the reply table', String(row)] as const]),
    ...Object.entries(headers ?? {}),
  ];
  if (facts.length === 0) return null;
  return (
    <details className="text-xs">
      <summary className="w-fit text-accent">What the upstream said</summary>
      <dl className="mt-1 grid grid-cols-1 gap-x-3 gap-y-0.5 font-mono sm:grid-cols-[auto_minmax(0,1fr)]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="break-all text-subtle">{name}</dt>
            <dd className="break-all max-sm:mb-1">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
