/** The last requests of the clients, with how they ended. */
import type { RequestView } from '@contract/requests.ts';
import { useQuery } from '@tanstack/react-query';
import { recentRequestsQuery } from '@/api/requests.ts';
import { LoadFailure } from '@/components/load-failure.tsx';
import { RequestRow } from '@/components/request-row.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';

const SHOWN = 8;

export function RecentRequests() {
  const requests = useQuery(recentRequestsQuery({ limit: SHOWN }));
  return (
    <Card aria-labelledby="requests-title">
      <CardTitle id="requests-title" className="border-border border-b px-4 py-2">
        Recent requests
      </CardTitle>
      {requests.isPending && <Skeleton className="m-4 h-40" />}
      {requests.isError && !requests.data && (
        <div className="p-4">
          <LoadFailure what="The requests" query={requests} />
        </div>
      )}
      {requests.data?.length === 0 && <p className="px-4 py-6 text-subtle">No client has asked anything yet.</p>}
      <ul className="divide-y divide-border">
        {requests.data?.map((request: RequestView) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </ul>
    </Card>
  );
}
