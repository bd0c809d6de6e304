/** Every account that needs a look, and some that do not: status, reason, and the end of it. */
import type { AccountView } from '@contract/accounts.ts';
import type { UseQueryResult } from '@tanstack/react-query';
import { ArrowRight, Plus, TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';
import type { Statistics } from '@/api/statistics.ts';
import { AccountLink } from '@/components/account-link.tsx';
import { ComesBack } from '@/components/comes-back.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { Remedy } from '@/components/remedy.tsx';
import { StatusBadge } from '@/components/status-badge.tsx';
import { Countdown, When } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';
import { formatShare, formatWindow } from '@/lib/format.ts';
import { cn } from '@/lib/utils.ts';
import { fullest, type Row, rowsOf, type Warning } from './pool-rows.ts';

interface PoolSummaryProps {
  readonly query: UseQueryResult<readonly AccountView[]>;
  readonly alerts: Statistics['alerts'];
  readonly open: OpenDialog;
}

export function PoolSummary({ query, alerts, open }: PoolSummaryProps) {
  const { data: accounts } = query;
  const { rows, hidden } = rowsOf(accounts ?? [], alerts);
  return (
    <Card aria-labelledby="pool-title">
      <div className="flex items-center justify-between gap-2 border-border border-b px-4 py-2">
        <CardTitle id="pool-title">Accounts</CardTitle>
        <div className="flex items-center gap-3">
          {rows.length > 0 && (
            <Button size="small" onClick={() => open({ kind: 'add' })}>
              <Plus aria-hidden />
              <span>
                Add<span className="max-sm:sr-only"> account</span>
              </span>
            </Button>
          )}
          <Link to="/accounts" className="inline-flex items-center gap-1 rounded text-accent text-sm hover:underline">
            {hidden > 0 ? `All ${accounts?.length}` : 'Manage'}
            <ArrowRight className="size-3.5" aria-hidden />
          </Link>
        </div>
      </div>
      {query.isError && accounts === undefined && (
        <div className="p-4">
          <LoadFailure what="The accounts" query={query} />
        </div>
      )}
      {accounts?.length === 0 && <NoAccounts onAdd={() => open({ kind: 'add' })} />}
      {rows.length > 0 && (
        <ul className="divide-y divide-border">
          {rows.map((row) => (
            <PoolRow key={row.account.id} row={row} open={open} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function PoolRow({ row: { account, warning }, open }: { readonly row: Row; readonly open: OpenDialog }) {
  const { status, status_reason, rate_limited_until } = account;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2 md:grid-cols-[minmax(0,8rem)_7.5rem_minmax(0,1fr)_9.5rem] lg:grid-cols-[minmax(0,13rem)_7.5rem_minmax(0,1fr)_11.5rem]">
      <AccountLink account={account} className="truncate font-medium" />
      <span className="justify-self-end md:justify-self-start">
        <StatusBadge status={status} />
      </span>
      <div className="min-w-0 text-subtle text-xs max-md:col-span-2">
        {status_reason !== null && (
          <p className="break-words">
            {status_reason} {status === 'rate_limited' && rate_limited_until !== null && <ComesBack at={rate_limited_until} />}
          </p>
        )}
        {warning !== null && (
          <p className="flex gap-1.5 text-warn">
            <TriangleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden />
            <WarningText warning={warning} />
          </p>
        )}
      </div>
      <div className="text-xs max-md:col-span-2 md:text-right">
        {status === 'rate_limited' && rate_limited_until !== null ? (
          <span className="figures">
            back in <Countdown at={rate_limited_until} over="a moment" className="font-medium" />
          </span>
        ) : status === 'invalid' || warning?.kind === 'login_ends' ? (
          <Remedy account={account} open={open} isLoginEnding={warning?.kind === 'login_ends'} />
        ) : (
          <FullestWindow account={account} />
        )}
      </div>
    </li>
  );
}

function WarningText({ warning }: { readonly warning: Warning }) {
  return (
    <span className="min-w-0 break-words">
      {warning.kind === 'other' ? (
        warning.message
      ) : (
        <>
          Its login {warning.isEstimate ? 'is likely to lapse' : 'lapses'} <When at={warning.at} />. Authorize it again before
          that.
        </>
      )}
    </span>
  );
}

function FullestWindow({ account }: { readonly account: AccountView }) {
  const window = fullest(account);
  if (window === null) return null;
  const { name, utilization } = window;
  return (
    <span className="inline-flex items-center gap-2" title={formatWindow(name)}>
      <span className="whitespace-nowrap text-subtle">{name.replace('_', ' ')}</span>
      <span className="h-1.5 w-14 overflow-hidden rounded-full bg-muted" aria-hidden>
        <span
          className={cn('block h-full', utilization >= 0.9 ? 'bg-warn-fill' : 'bg-accent')}
          style={{ width: `${Math.min(1, utilization) * 100}%` }}
        />
      </span>
      <span className="figures w-9 text-right">
        {formatShare(utilization)}
        <span className="sr-only"> used</span>
      </span>
    </span>
  );
}

function NoAccounts({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-5">
      <p className="text-subtle">There is no account yet: nothing can be served before the first one is added.</p>
      <Button variant="primary" onClick={onAdd}>
        <Plus aria-hidden />
        Add account
      </Button>
    </div>
  );
}

/** As high as a small pool. */
export function PoolLoading() {
  return (
    <Card role="status" aria-label="Loading the accounts" className="divide-y divide-border">
      <div className="px-4 py-2">
        <Skeleton className="h-5 w-24" />
      </div>
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className="px-4 py-2 max-md:py-3">
          <Skeleton className="h-6 max-md:h-10" />
        </div>
      ))}
    </Card>
  );
}
