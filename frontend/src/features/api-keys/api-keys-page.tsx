/** The keys by which clients use Headgate. */
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { keysQuery } from '@/api/keys.ts';
import { EmptyState } from '@/components/empty-state.tsx';
import { LiveIndicator } from '@/components/live-indicator.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { type KeyDialog, KeyDialogs } from './key-dialogs.tsx';
import { KeyList } from './key-list.tsx';

export function ApiKeysPage() {
  const keys = useQuery(keysQuery());
  const [dialog, setDialog] = useState<KeyDialog | null>(null);
  const create = (
    <Button variant="primary" onClick={() => setDialog({ kind: 'create' })}>
      <Plus aria-hidden />
      Create key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        actions={
          <>
            <LiveIndicator at={keys.dataUpdatedAt === 0 ? null : new Date(keys.dataUpdatedAt).toISOString()} />
            {create}
          </>
        }
      />
      <StaleNotice query={keys} />
      {keys.isError && !keys.data && <LoadFailure what="The keys" query={keys} />}
      {keys.isPending && (
        <Card role="status" aria-label="Loading the keys" className="flex flex-col gap-3 p-4">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-10" />
          ))}
        </Card>
      )}
      {keys.data?.length === 0 && (
        <Card>
          <EmptyState icon={KeyRound} title="Create the first key" action={create}>
            A client, such as Claude Code on a laptop, shows its key with each request. Give every client its own, so that one can
            be taken back without the others.
          </EmptyState>
        </Card>
      )}
      {keys.data !== undefined && keys.data.length > 0 && <KeyList keys={keys.data} open={setDialog} />}
      <KeyDialogs dialog={dialog} keys={keys.data ?? []} onClose={() => setDialog(null)} />
    </>
  );
}
