/** A message that stays where it is: what is wrong, or good to know, and what to do about it. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/utils.ts';

export type Tone = 'info' | 'ok' | 'warn' | 'bad';

const looks = {
  info: { icon: Info, className: 'border-border bg-muted text-foreground', iconClassName: 'text-subtle' },
  ok: { icon: CircleCheck, className: 'border-ok/25 bg-ok-soft', iconClassName: 'text-ok' },
  warn: { icon: TriangleAlert, className: 'border-warn/25 bg-warn-soft', iconClassName: 'text-warn' },
  bad: { icon: CircleAlert, className: 'border-bad/25 bg-bad-soft', iconClassName: 'text-bad' },
} satisfies Record<Tone, unknown>;

interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  /** Beside the text on a wide screen, below it on a narrow one. */
  readonly action?: ReactNode;
  /** `alert` speaks at once, `status` when there is a pause; without it nothing is announced. */
  readonly role?: 'alert' | 'status';
  readonly className?: string;
}

export function Notice({ tone = 'info', title, children, action, role, className }: NoticeProps) {
  const { icon: Icon, ...look } = looks[tone];
  return (
    <div role={role} className={cn('flex gap-2.5 rounded-lg border px-3.5 py-2.5 text-sm', look.className, className)}>
      <Icon className={cn('mt-0.5 size-4 shrink-0', look.iconClassName)} aria-hidden />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56 break-words">
          {title !== undefined && <p className="font-medium">{title}</p>}
          {children !== undefined && <div>{children}</div>}
        </div>
        {action}
      </div>
    </div>
  );
}
