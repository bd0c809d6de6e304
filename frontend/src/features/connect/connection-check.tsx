/** Waits for the first request that comes while this page is open, and says how it ended. */
import type { RequestView } from '@contract/requests.ts';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { recentRequestsQuery } from '@/api/requests.ts';
import { Ago } from '@/components/time.tsx';
import { Card } from '@/components/ui/card.tsx';
import { formatDuration } from '@/lib/format.ts';
import { liveStatus } from '@/lib/live/live-status.ts';
import { serverClock } from '@/lib/server-clock.ts';
import { cn } from '@/lib/utils.ts';
import { firstSince } from './first-since.ts';

/** Somebody stands before it and waits. */
const LOOK_EVERY_MS = 3000;
const LOOKED_AT = 20;

interface ConnectionCheckProps {
  /** The key that was made here; null while there is none, and any client counts. */
  readonly apiKey: { readonly id: string; readonly name: string } | null;
}

export function ConnectionCheck({ apiKey }: ConnectionCheckProps) {
  const [openedAt] = useState(() => serverClock.now());
  const requests = useQuery({
    ...recentRequestsQuery({ limit: LOOKED_AT }),
    refetchInterval: () => (liveStatus.get() === 'live' ? liveStatus.pollInterval() : LOOK_EVERY_MS),
  });
  const fitting = (requests.data ?? []).filter(({ key }) => apiKey === null || key?.id === apiKey.id);
  const first = firstSince(openedAt, fitting);
  const isGood = first !== undefined && first.status < 400;
  const Icon = first === undefined ? LoaderCircle : isGood ? CircleCheck : CircleAlert;
  return (
    <Card
      role="status"
      className={cn(
        'flex min-h-16 items-center gap-3 px-4 py-3',
        first !== undefined && (isGood ? 'border-ok/30 bg-ok-soft' : 'border-warn/30 bg-warn-soft'),
      )}
    >
      <Icon
        className={cn('size-5 shrink-0', first === undefined ? 'animate-spin text-subtle' : isGood ? 'text-ok' : 'text-warn')}
        aria-hidden
      />
      {first === undefined ? (
        <p className="break-words">
          {apiKey === null
            ? 'Waiting for a request of any client…'
            : `Waiting for the first request with the key “${apiKey.name}”…`}
        </p>
      ) : (
        <Arrived request={first} isGood={isGood} isExpected={apiKey !== null} />
      )}
    </Card>
  );
}

interface ArrivedProps {
  readonly request: RequestView;
  readonly isGood: boolean;
  /** It came with the key that was waited for. */
  readonly isExpected: boolean;
}

function Arrived({ request, isGood, isExpected }: ArrivedProps) {
  const { status, model, path, account, key, error_type, duration_ms, started_at } = request;
  const facts = [
    model ?? path,
    account === null ? null : `served by ${account.name}`,
    key === null ? null : `key ${key.name}`,
    isGood ? null : error_type,
    formatDuration(duration_ms),
  ].filter((fact) => fact !== null);
  return (
    <div className="min-w-0">
      <p className="font-medium">
        {!isGood
          ? `A request arrived, and was answered ${status}`
          : isExpected
            ? 'It works: a request arrived'
            : 'A client’s request was served'}{' '}
        <Ago at={started_at} className="font-normal text-subtle text-xs" />
      </p>
      <p className="figures break-words text-subtle text-xs">{facts.join(' · ')}</p>
    </div>
  );
}
