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
import type { OpenDialog } from '@/lib/account-dialog.ts';
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
  const { id, name, read_only } = account;
  const isBusy = refresh.isPending || setEnabled.isPending;
  const credential = credentialEntries(account, open, () => refresh.mutate());
  // What the configuration declares is changed there, and only there.
  const changes = read_only ? [] : changeEntries(account, open, (enabled) => setEnabled.mutate(enabled));
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="smallIcon" aria-label={`Actions for ${name}`} pending={isBusy}>
          {!isBusy && <EllipsisVertical aria-hidden />}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        {[...credential, ...changes].map(({ label, icon: Icon, run }) => (
          <DropdownMenuItem key={label} onSelect={run}>
            <Icon aria-hidden />
            {label}
          </DropdownMenuItem>
        ))}
        {!read_only && (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem tone="bad" onSelect={() => open({ kind: 'remove', accountId: id })}>
              <Trash2 aria-hidden />
              Remove…
            </DropdownMenuItem>
          </>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function credentialEntries({ id, kind, status, model_benches }: AccountView, open: OpenDialog, refresh: () => void): Entry[] {
  const isLimited = status === 'rate_limited' || model_benches.length > 0;
  const isOAuth = kind === 'oauth';
  return [
    ...(isOAuth
      ? [{ label: 'Re-authorize…', icon: KeySquare, run: () => open({ kind: 'add', accountId: id }) } satisfies Entry]
      : []),
    { label: isOAuth ? 'Refresh now' : 'Verify now', icon: RefreshCw, run: refresh },
    { label: 'Test…', icon: BadgeCheck, run: () => open({ kind: 'test', accountId: id }) },
    ...(isLimited
      ? [
          {
            label: 'Clear limit now…',
            icon: HourglassIcon,
            run: () => open({ kind: 'clear-limit', accountId: id }),
          } satisfies Entry,
        ]
      : []),
  ];
}

const changeEntries = ({ id, status }: AccountView, open: OpenDialog, setEnabled: (enabled: boolean) => void): Entry[] => [
  { label: 'Prefer over all others…', icon: Star, run: () => open({ kind: 'prefer', accountId: id }) },
  { label: 'Edit…', icon: Pencil, run: () => open({ kind: 'edit', accountId: id }) },
  status === 'inactive'
    ? { label: 'Enable', icon: CirclePlay, run: () => setEnabled(true) }
    : { label: 'Disable', icon: CirclePause, run: () => setEnabled(false) },
];
