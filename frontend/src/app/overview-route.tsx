/** The overview, with the dialogs about accounts over it: they are those of the page of accounts, and loaded when one is first opened. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { accountsQuery } from '@/api/accounts.ts';
import type { AccountDialog } from '@/lib/account-dialog.ts';

const OverviewPage = lazy(async () => ({ default: (await import('@/features/overview/overview-page.tsx')).OverviewPage }));
const AccountDialogs = lazy(async () => ({ default: (await import('@/features/accounts/account-dialogs.tsx')).AccountDialogs }));

export function OverviewRoute() {
  const { data: accounts = [] } = useQuery(accountsQuery());
  const [dialog, setDialog] = useState<AccountDialog | null>(null);
  return (
    <>
      <OverviewPage open={setDialog} />
      <Suspense>
        {dialog !== null && (
          <AccountDialogs dialog={dialog} accounts={accounts} open={setDialog} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </>
  );
}
