/** Everything that can be done to one account. What asks first, or needs input, opens a dialog. */
import type { AccountView } from '@contract/accounts.ts';
import {
  BadgeCheck,
  CirclePause,
  CirclePlay,
  EllipsisVertical,
  HourglassIcon,
  KeySquare,
  type LucideIcon,
  Pencil,
  RefreshCw,
  Star,
  Trash2,
} from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu.tsx';
import type { OpenDialog } from './dialog-state.ts';
import { useAccountActions } from './use-account-actions.ts';

interface AccountMenuProps {
  readonly account: AccountView;
  readonly open: OpenDialog;
}

interface Entry {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

export function AccountMenu({ account, open }: AccountMenuProps) {
  const { refresh, setEnabled } = useAccountActions(account);
  const { id, name, kind, status } = account;
  const isLimited = status === 'rate_limited' || account.model_benches.length > 0;
  const entries: readonly (Entry | null)[] = [
    kind === 'oauth' ? { label: 'Re-authorize…', icon: KeySquare, run: () => open({ kind: 'add', accountId: id }) } : null,
    { label: kind === 'oauth' ? 'Refresh now' : 'Verify now', icon: RefreshCw, run: () => refresh.mutate() },
    { label: 'Test…', icon: BadgeCheck, run: () => open({ kind: 'test', accountId: id }) },
    { label: 'Serve from this one…', icon: Star, run: () => open({ kind: 'prefer', accountId: id }) },
    { label: 'Edit…', icon: Pencil, run: () => open({ kind: 'edit', accountId: id }) },
    isLimited
      ? { label: 'Clear limit now…', icon: HourglassIcon, run: () => open({ kind: 'clear-limit', accountId: id }) }
      : null,
    status === 'inactive'
      ? { label: 'Enable', icon: CirclePlay, run: () => setEnabled.mutate(true) }
      : { label: 'Disable', icon: CirclePause, run: () => setEnabled.mutate(false) },
  ];
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="smallIcon"
          aria-label={`Actions for ${name}`}
          pending={refresh.isPending || setEnabled.isPending}
        >
          {!(refresh.isPending || setEnabled.isPending) && <EllipsisVertical aria-hidden />}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        {entries.map(
          (entry) =>
            entry && (
              <DropdownMenuItem key={entry.label} onSelect={entry.run}>
                <entry.icon aria-hidden />
                {entry.label}
              </DropdownMenuItem>
            ),
        )}
        <DropdownMenuSeparator />
        <DropdownMenuItem tone="bad" onSelect={() => open({ kind: 'remove', accountId: id })}>
          <Trash2 aria-hidden />
          Remove…
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
