/** One look at the whole: can the pool serve, and what is going through it. */
import { useQuery } from '@tanstack/react-query';
import { statisticsQuery } from '@/api/statistics.ts';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Card } from '@/components/ui/card.tsx';

export function OverviewPage() {
  const statistics = useQuery(statisticsQuery());
  return (
    <>
      <PageHeader title="Overview" />
      {statistics.isError && <LoadFailure what="The figures" query={statistics} />}
      {statistics.data && <Card className="p-4">The pool is {statistics.data.system_health}.</Card>}
    </>
  );
}
