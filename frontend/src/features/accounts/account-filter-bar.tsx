/** Narrows the list by words and by status; each status says how many there are. */
import type { AccountView } from '@contract/accounts.ts';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { statusLabel } from '@/components/status-badge.tsx';
import { Input, NativeSelect } from '@/components/ui/input.tsx';
import { cn } from '@/lib/utils.ts';
import { type AccountFilter, countByStatus, readFilter, STATUSES } from './filter-accounts.ts';

interface AccountFilterBarProps {
  readonly accounts: readonly AccountView[];
  readonly filter: AccountFilter;
  readonly onChange: (change: Partial<AccountFilter>) => void;
}

export function AccountFilterBar({ accounts, filter, onChange }: AccountFilterBarProps) {
  const counts = countByStatus(accounts);
  // The address, where the filter is kept, follows later than a quick hand types.
  const [typed, setTyped] = useState<string | null>(null);
  const choices = [
    { status: 'all' as const, label: 'All', count: accounts.length },
    ...STATUSES.map((status) => ({ status, label: statusLabel(status), count: counts[status] })),
  ];
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="relative min-w-0 flex-1 basis-52 sm:max-w-xs">
        <Search className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-subtle" aria-hidden />
        <Input
          type="search"
          aria-label="Find accounts"
          placeholder="Name, address, organization"
          value={typed ?? filter.text}
          onChange={({ target }) => {
            setTyped(target.value);
            onChange({ text: target.value });
          }}
          onBlur={() => setTyped(null)}
          className="pl-8"
        />
      </div>
      <fieldset className="flex min-w-0 max-w-full flex-wrap gap-0.5 rounded-lg bg-muted p-1">
        <legend className="sr-only">Status</legend>
        {choices.map(({ status, label, count }) => (
          <button
            key={status}
            type="button"
            aria-pressed={filter.status === status}
            onClick={() => onChange({ status })}
            className={cn(
              'rounded-md px-2 py-1 font-medium sm:px-2.5 text-xs whitespace-nowrap figures',
              filter.status === status ? 'bg-selected text-foreground shadow-xs' : 'text-subtle hover:text-foreground',
            )}
          >
            {label} <span className="font-normal">{count}</span>
          </button>
        ))}
      </fieldset>
      <NativeSelect
        aria-label="Order"
        value={filter.sort}
        onChange={({ target }) => onChange({ sort: readFilter(new URLSearchParams({ sort: target.value })).sort })}
        className="xl:hidden"
      >
        <option value="trouble">Trouble first</option>
        <option value="name">Name</option>
        <option value="priority">Priority</option>
        <option value="used">Last used</option>
        <option value="quota">Quota used</option>
      </NativeSelect>
    </div>
  );
}
