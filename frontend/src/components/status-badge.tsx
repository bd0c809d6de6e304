/** The one place that knows how a status looks: icon, word and colour together, so that none of them stands alone. */
import type { AccountView } from '@contract/accounts.ts';
import { CircleCheck, CirclePause, CircleX, Hourglass } from 'lucide-react';
import { cn } from '@/lib/utils.ts';

type Status = AccountView['status'];

const looks = {
  active: { label: 'Active', icon: CircleCheck, className: 'bg-ok-soft text-ok' },
  rate_limited: { label: 'Rate limited', icon: Hourglass, className: 'bg-warn-soft text-warn' },
  inactive: { label: 'Inactive', icon: CirclePause, className: 'bg-idle-soft text-idle' },
  invalid: { label: 'Invalid', icon: CircleX, className: 'bg-bad-soft text-bad' },
} satisfies Record<Status, unknown>;

export const statusLabel = (status: Status): string => looks[status].label;

export function StatusBadge({ status }: { readonly status: Status }) {
  const { label, icon: Icon, className } = looks[status];
  return (
    <span
      className={cn('inline-flex h-6 items-center gap-1.5 rounded-full px-2 font-medium text-xs whitespace-nowrap', className)}
    >
      <Icon className="size-3.5" aria-hidden />
      {label}
    </span>
  );
}
