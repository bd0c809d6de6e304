/** Everything about one account: whether it serves and why not, its quota, what happened to it, what it served. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { accountQuery, accountsQuery } from '@/api/accounts.ts';
import { EmptyState } from '@/components/empty-state.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Remedy } from '@/components/remedy.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { StatusBadge } from '@/components/status-badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import type { AccountDialog, OpenDialog } from '@/lib/account-dialog.ts';
import { isMissing } from '@/lib/api-error.ts';
import { DeclaredTag } from '../account-cells.tsx';
import { AccountDialogs } from '../account-dialogs.tsx';
import { AccountMenu } from '../account-menu.tsx';
import { AccountFacts } from './account-facts.tsx';
import { AccountHistory } from './account-history.tsx';
import { LoginNotice } from './login-notice.tsx';
import { QuotaCard } from './quota-card.tsx';
import { ServedRequests } from './served-requests.tsx';
import { ServingCard } from './serving-card.tsx';

export function AccountPage() {
  const { accountId = '' } = useParams();
  const account = useQuery({ ...accountQuery(accountId), retry: false });
  const accounts = useQuery(accountsQuery());
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<AccountDialog | null>(null);
  if (isMissing(account.error)) return <Gone />;
  return (
    <>
      <Link to="/accounts" className="inline-flex w-fit items-center gap-1 rounded text-subtle text-sm hover:text-foreground">
        <ArrowLeft className="size-3.5" aria-hidden />
        All accounts
      </Link>
      {account.data === undefined ? (
        <>
          <PageHeader title="Account" />
          {account.isError ? <LoadFailure what="The account" query={account} /> : <Skeleton className="h-64" />}
        </>
      ) : (
        <>
          <StaleNotice query={account} />
          <AccountBody account={account.data} open={setDialog} />
        </>
      )}
      <AccountDialogs
        dialog={dialog}
        accounts={account.data ? [account.data, ...(accounts.data ?? []).filter(({ id }) => id !== accountId)] : []}
        open={setDialog}
        onClose={() => setDialog(null)}
        onRemoved={() => void navigate('/accounts', { replace: true })}
      />
    </>
  );
}

function AccountBody({ account, open }: { readonly account: AccountView; readonly open: OpenDialog }) {
  return (
    <>
      <PageHeader
        title={account.name}
        badge={<StatusBadge status={account.status} />}
        actions={
          <>
            {account.read_only && <DeclaredTag />}
            <Remedy account={account} open={open} variant="primary" />
            <Button size="small" onClick={() => open({ kind: 'test', accountId: account.id })}>
              Test…
            </Button>
            <AccountMenu account={account} open={open} />
          </>
        }
      />
      <LoginNotice account={account} open={open} />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <ServingCard account={account} open={open} />
          <QuotaCard account={account} />
          <AccountHistory accountId={account.id} />
          <ServedRequests accountId={account.id} />
        </div>
        <AccountFacts account={account} />
      </div>
    </>
  );
}

function Gone() {
  return (
    <>
      <PageHeader title="Account" />
      <EmptyState
        icon={ArrowLeft}
        title="There is no such account"
        action={
          <Button asChild>
            <Link to="/accounts">All accounts</Link>
          </Button>
        }
      >
        It was removed, or the address is mistyped.
      </EmptyState>
    </>
  );
}
