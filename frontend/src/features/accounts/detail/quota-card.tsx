/** The upstream's quota windows as they are now, and how full they were over the last week. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { windowHistoryQuery } from '@/api/accounts.ts';
import { TimeSeriesChart } from '@/components/chart/time-series-chart.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { Instant } from '@/components/time.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { ticker } from '@/lib/ticker.ts';
import { QuotaCell } from '../account-cells.tsx';
import { windowSeries } from './window-series.ts';

const HEIGHT = 170;
const asPercent = (value: number): string => `${value}%`;

export function QuotaCard({ account }: { readonly account: AccountView }) {
  const history = useQuery(windowHistoryQuery(account.id));
  const { windows } = account;
  const chart = useMemo(() => windowSeries(history.data ?? [], windows, ticker.now()), [history.data, windows]);
  return (
    <Card aria-labelledby="quota-title" className="flex flex-col gap-3 p-4">
      <CardTitle id="quota-title">Quota windows</CardTitle>
      <QuotaCell account={account} />
      {history.isError && !history.data && <LoadFailure what="The history of the windows" query={history} />}
      {chart.times.length > 0 && (
        <div className="border-border border-t pt-3">
          <p className="mb-1 text-subtle text-xs">
            Share used since <Instant at={new Date((chart.times[0] ?? 0) * 1000).toISOString()} />, a point for each quarter of an
            hour; a week is kept
          </p>
          <TimeSeriesChart
            {...chart}
            height={HEIGHT}
            formatValue={asPercent}
            atLeast={100}
            summary="Share of each quota window used over the last week; the present values are listed above."
          />
        </div>
      )}
    </Card>
  );
}
