/** One look at the whole: can the pool serve, which account cannot, why and until when; and what is going through it. */
import type { AccountView } from '@contract/accounts.ts';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { accountsQuery } from '@/api/accounts.ts';
import { type Statistics, statisticsQuery } from '@/api/statistics.ts';
import { LiveIndicator } from '@/components/live-indicator.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';
import { formatDuration } from '@/lib/format.ts';
import { FigureTiles } from './figure-tiles.tsx';
import { GeneralAlerts } from './general-alerts.tsx';
import { PoolLoading, PoolSummary } from './pool-summary.tsx';
import { RecentEvents } from './recent-events.tsx';
import { RecentRequests } from './recent-requests.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { Verdict } from './verdict.tsx';

interface OverviewPageProps {
  /** Opens a dialog about the accounts, over this page. */
  readonly open: OpenDialog;
}

export function OverviewPage({ open }: OverviewPageProps) {
  const client = useQueryClient();
  const statistics = useQuery(statisticsQuery());
  const accounts = useQuery(accountsQuery());
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <>
            <LiveIndicator at={statistics.data?.generated_at ?? null} />
            <Button size="small" pending={statistics.isRefetching} onClick={() => void client.invalidateQueries()}>
              {!statistics.isRefetching && <RefreshCw aria-hidden />}
              Refresh
            </Button>
          </>
        }
      />
      {statistics.isPending || accounts.isPending ? (
        <OverviewLoading />
      ) : (
        <OverviewBody statistics={statistics} accounts={accounts} open={open} />
      )}
    </>
  );
}

interface OverviewBodyProps {
  readonly statistics: UseQueryResult<Statistics>;
  readonly accounts: UseQueryResult<readonly AccountView[]>;
  readonly open: OpenDialog;
}

function OverviewBody({ statistics, accounts, open }: OverviewBodyProps) {
  const figures = statistics.data;
  return (
    <>
      {statistics.isError && !figures && <LoadFailure what="The figures" query={statistics} />}
      <StaleNotice query={statistics} />
      <Verdict statistics={figures} />
      {figures && <GeneralAlerts alerts={figures.alerts} />}
      <PoolSummary query={accounts} alerts={figures?.alerts ?? []} open={open} />
      <FigureTiles statistics={figures} />
      <TrafficCard minutes={figures?.last_hour_by_minute} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <RecentEvents />
        <RecentRequests />
      </div>
      {figures && <Foot statistics={figures} />}
    </>
  );
}

/** In the shape of what comes, which then takes its place all at once: nothing moves piece by piece. */
function OverviewLoading() {
  return (
    <>
      <Verdict statistics={undefined} />
      <PoolLoading />
      <FigureTiles statistics={undefined} />
      <TrafficCard minutes={undefined} />
    </>
  );
}

function Foot({ statistics: { version, uptime_seconds } }: { readonly statistics: Statistics }) {
  return (
    <footer className="figures text-subtle text-xs">
      Headgate {version} · up for {formatDuration(uptime_seconds * 1000)}
    </footer>
  );
}
