/** The accounts as a table where there is room, else as cards. */
import type { AccountView } from '@contract/accounts.ts';
import { ArrowDown } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Remedy } from '@/components/remedy.tsx';
import { Card } from '@/components/ui/card.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';
import { useMedia } from '@/lib/use-media.ts';
import { cn } from '@/lib/utils.ts';
import { IdentityCell, QuotaCell, StatusCell, TokenCell, UseCell } from './account-cells.tsx';
import { AccountMenu } from './account-menu.tsx';
import type { Sort } from './filter-accounts.ts';

interface AccountListProps {
  readonly accounts: readonly AccountView[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly open: OpenDialog;
}

const WIDE = '(min-width: 80rem)';

export function AccountList(props: AccountListProps) {
  return useMedia(WIDE) ? <AccountTable {...props} /> : <AccountCards {...props} />;
}

const COLUMNS: readonly { readonly label: string; readonly sort?: Sort; readonly className: string }[] = [
  { label: 'Account', sort: 'name', className: 'w-[19%]' },
  { label: 'Status', sort: 'trouble', className: '' },
  { label: 'Quota', sort: 'quota', className: 'w-[28%]' },
  { label: 'Expiry', className: 'w-[13%]' },
  { label: 'Use', sort: 'used', className: 'w-[9%]' },
  { label: 'Priority', sort: 'priority', className: 'w-20 text-right' },
];

/** Up and down go from account to account while one of their names has the focus. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-row-link]')) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const next = links[links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function AccountTable({ accounts, sort, onSort, open }: AccountListProps) {
  return (
    <Card className="overflow-hidden">
      <table className="w-full table-fixed text-left" onKeyDown={moveBetweenRows}>
        <thead className="border-border border-b text-subtle text-xs">
          <tr>
            {COLUMNS.map((column) => (
              <ColumnHead key={column.label} {...column} active={column.sort === sort} onSort={onSort} />
            ))}
            <th className="w-12">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {accounts.map((account) => (
            <tr key={account.id} className="align-top hover:bg-muted/50">
              <td className="px-4 py-2.5">
                <IdentityCell account={account} />
              </td>
              <td className="px-2 py-2.5">
                <div className="flex flex-col items-start gap-1.5">
                  <StatusCell account={account} />
                  <Remedy account={account} open={open} />
                </div>
              </td>
              <td className="px-2 py-3">
                <QuotaCell account={account} />
              </td>
              <td className="px-2 py-2.5">
                <TokenCell account={account} />
              </td>
              <td className="px-2 py-2.5">
                <UseCell account={account} />
              </td>
              <td className="px-2 py-2.5 text-right">{account.priority}</td>
              <td className="py-1.5 pr-2 text-right">
                <AccountMenu account={account} open={open} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

interface ColumnHeadProps {
  readonly label: string;
  readonly sort?: Sort;
  readonly className: string;
  readonly active: boolean;
  readonly onSort: (sort: Sort) => void;
}

function ColumnHead({ label, sort, className, active, onSort }: ColumnHeadProps) {
  const direction = sort === 'name' || sort === 'trouble' || sort === 'priority' ? 'ascending' : 'descending';
  return (
    <th aria-sort={active ? direction : undefined} className={cn('px-2 py-2 font-medium first:pl-4', className)}>
      {sort === undefined ? (
        label
      ) : (
        <button
          type="button"
          onClick={() => onSort(sort)}
          className={cn('inline-flex items-center gap-1 rounded hover:text-foreground', active && 'text-foreground')}
        >
          {label}
          <ArrowDown className={cn('size-3', !active && 'invisible')} aria-hidden />
        </button>
      )}
    </th>
  );
}

function AccountCards({ accounts, open }: AccountListProps) {
  return (
    <ul className="grid gap-3 md:grid-cols-2" onKeyDown={moveBetweenRows}>
      {accounts.map((account) => (
        <li key={account.id} className="min-w-0">
          <Card className="flex h-full flex-col gap-3 p-4">
            <div className="flex items-start justify-between gap-2">
              <IdentityCell account={account} />
              <AccountMenu account={account} open={open} />
            </div>
            <div className="flex flex-col items-start gap-1.5">
              <StatusCell account={account} />
              <Remedy account={account} open={open} />
            </div>
            <QuotaCell account={account} />
            <dl className="mt-auto grid grid-cols-[1fr_1fr_auto] gap-3 border-border border-t pt-3">
              <Fact label="Expiry">
                <TokenCell account={account} />
              </Fact>
              <Fact label="Use">
                <UseCell account={account} />
              </Fact>
              <Fact label="Priority">
                <span className="block text-right text-xs">{account.priority}</span>
              </Fact>
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-subtle text-xs">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
