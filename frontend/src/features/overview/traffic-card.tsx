/** The last hour, minute by minute. */
import { useMemo, useState } from 'react';
import type { Statistics } from '@/api/statistics.ts';
import { TimeSeriesChart } from '@/components/chart/time-series-chart.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { formatCount } from '@/lib/format.ts';
import { cn } from '@/lib/utils.ts';
import { trafficOf, type View } from './traffic.ts';

const HEIGHT = 170;
const VIEWS = { requests: 'Requests', tokens: 'Tokens' } satisfies Record<View, string>;

export function TrafficCard({ minutes }: { readonly minutes: Statistics['last_hour_by_minute'] | undefined }) {
  const [view, setView] = useState<View>('requests');
  const traffic = useMemo(() => minutes && trafficOf(minutes, view), [minutes, view]);
  return (
    <Card aria-labelledby="traffic-title" className="px-4 py-3">
      <div className="mb-2 flex items-center justify-between gap-2">
        <CardTitle id="traffic-title">Last hour, by minute</CardTitle>
        <fieldset className="flex gap-0.5 rounded-md bg-muted p-0.5">
          <legend className="sr-only">What is shown</legend>
          {(Object.keys(VIEWS) as View[]).map((each) => (
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
              {VIEWS[each]}
            </button>
          ))}
        </fieldset>
      </div>
      <div style={{ minHeight: HEIGHT }}>
        {traffic ? (
          <TimeSeriesChart {...traffic} height={HEIGHT} formatValue={formatCount} atLeast={view === 'requests' ? 4 : 100} />
        ) : (
          <Skeleton className="h-[170px]" />
        )}
      </div>
    </Card>
  );
}
