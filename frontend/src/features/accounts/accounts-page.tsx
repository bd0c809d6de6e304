/** All accounts: which work, which do not, why, and until when; and everything that can be done to them. */
import { useQuery } from '@tanstack/react-query';
import { Plus, SearchX, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { accountsQuery } from '@/api/accounts.ts';
import { EmptyState } from '@/components/empty-state.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import type { AccountDialog } from '@/lib/account-dialog.ts';
import { AccountDialogs } from './account-dialogs.tsx';
import { AccountFilterBar } from './account-filter-bar.tsx';
import { AccountList } from './account-list.tsx';
import { type AccountFilter, filterAccounts, readFilter, writeFilter } from './filter-accounts.ts';

export function AccountsPage() {
  const accounts = useQuery(accountsQuery());
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<AccountDialog | null>(null);
  const filter = readFilter(params);
  const show = (change: Partial<AccountFilter>): void => setParams(writeFilter({ ...filter, ...change }), { replace: true });
  const add = (): void => setDialog({ kind: 'add' });
  const all = accounts.data ?? [];
  const shown = filterAccounts(all, filter);
  return (
    <>
      <PageHeader
        title="Accounts"
        actions={
          <Button variant="primary" onClick={add}>
            <Plus aria-hidden />
            Add account
          </Button>
        }
      />
      {accounts.isError && all.length === 0 && <LoadFailure what="The accounts" query={accounts} />}
      <StaleNotice query={accounts} />
      {accounts.isPending && <LoadingRows />}
      {accounts.isSuccess && all.length === 0 && <NoAccounts onAdd={add} />}
      {all.length > 0 && (
        <>
          <AccountFilterBar accounts={all} filter={filter} onChange={show} />
          {shown.length > 0 ? (
            <AccountList accounts={shown} sort={filter.sort} onSort={(sort) => show({ sort })} open={setDialog} />
          ) : (
            <Card>
              <EmptyState
                icon={SearchX}
                title="No account fits"
                action={<Button onClick={() => setParams({}, { replace: true })}>Show all accounts</Button>}
              >
                None of the {all.length} accounts fits what is looked for.
              </EmptyState>
            </Card>
          )}
        </>
      )}
      <AccountDialogs dialog={dialog} accounts={all} open={setDialog} onClose={() => setDialog(null)} />
    </>
  );
}

function NoAccounts({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <Card>
      <EmptyState
        icon={UsersRound}
        title="Add your first account"
        action={
          <Button variant="primary" onClick={onAdd}>
            <Plus aria-hidden />
            Add account
          </Button>
        }
      >
        Headgate sends each request to one of your Claude accounts that can serve it. Add the first one to begin: by signing in at
        the provider, with an API key, or with a long-lived token.
      </EmptyState>
    </Card>
  );
}

function LoadingRows() {
  return (
    <div role="status" aria-label="Loading the accounts" className="flex flex-col gap-4">
      <Skeleton className="h-9 w-full max-w-lg" />
      <Card className="divide-y divide-border">
        {[1, 2, 3].map((row) => (
          <div key={row} className="flex items-start gap-6 p-4">
            <Skeleton className="h-12 w-44" />
            <Skeleton className="h-6 w-24" />
            <Skeleton className="h-10 flex-1" />
          </div>
        ))}
      </Card>
    </div>
  );
}
