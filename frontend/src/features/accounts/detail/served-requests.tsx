/** The last requests that were tried on an account. */
import { useQuery } from '@tanstack/react-query';
import { recentRequestsQuery } from '@/api/requests.ts';
import { LoadFailure } from '@/components/load-failure.tsx';
import { RequestRow } from '@/components/request-row.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';

const SHOWN = 20;

export function ServedRequests({ accountId }: { readonly accountId: string }) {
  const requests = useQuery(recentRequestsQuery({ limit: SHOWN, accountId }));
  return (
    <Card aria-labelledby="served-title">
      <CardTitle id="served-title" className="border-border border-b px-4 py-2">
        Requests tried on it
      </CardTitle>
      {requests.isPending && <Skeleton className="m-4 h-32" />}
      {requests.isError && !requests.data && (
        <div className="p-4">
          <LoadFailure what="The requests" query={requests} />
        </div>
      )}
      {requests.data?.length === 0 && (
        <p className="px-4 py-6 text-subtle">None since Headgate was started: requests are kept in memory only.</p>
      )}
      <ul className="divide-y divide-border">
        {requests.data?.map((request) => (
          <RequestRow key={request.id} request={request} triedOn={accountId} />
        ))}
      </ul>
    </Card>
  );
}
