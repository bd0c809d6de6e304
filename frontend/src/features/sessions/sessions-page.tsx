/** Who uses Headgate now, and what runs for them. */
import type { ClientSessionView } from '@contract/sessions.ts';
import { useQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { sessionsQuery } from '@/api/sessions.ts';
import { EmptyState } from '@/components/empty-state.tsx';
import { LiveIndicator } from '@/components/live-indicator.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { plural } from '@/lib/format.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { SessionCard } from './session-card.tsx';
import { sortSessions } from './sort-sessions.ts';

export function SessionsPage() {
  const query = useQuery(sessionsQuery());
  const [revoking, setRevoking] = useState<ClientSessionView | null>(null);
  const sessions = sortSessions(query.data ?? []);
  const running = sessions.reduce((sum, session) => sum + session.running.length, 0);
  return (
    <>
      <PageHeader
        title="Sessions"
        actions={
          <>
            {sessions.length > 0 && (
              <p className="figures text-subtle text-sm">
                {plural(sessions.length, 'client')}, {plural(running, 'request')} running
              </p>
            )}
            <LiveIndicator at={query.dataUpdatedAt === 0 ? null : new Date(query.dataUpdatedAt).toISOString()} />
          </>
        }
      />
      <StaleNotice query={query} />
      {query.isError && !query.data && <LoadFailure what="The sessions" query={query} />}
      {query.isPending && <Skeleton className="h-40" />}
      {query.isSuccess && sessions.length === 0 && (
        <Card>
          <EmptyState
            icon={Activity}
            title="No client is here"
            action={
              <Button asChild>
                <Link to="/connect">Connect a client</Link>
              </Button>
            }
          >
            A client is a session from its first request until some minutes after its last. Its running requests are shown here.
          </EmptyState>
        </Card>
      )}
      <ul className="flex flex-col gap-3">
        {sessions.map((session) => (
          <SessionCard key={session.id} session={session} onRevoke={() => setRevoking(session)} />
        ))}
      </ul>
      {revoking && <RevokeDialog session={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}
