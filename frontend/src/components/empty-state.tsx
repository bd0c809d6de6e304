/** Nothing here yet: says what would be here, and leads to the first one. */
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-14 text-center">
      <span className="rounded-full bg-accent-soft p-3 text-accent">
        <Icon className="size-6" aria-hidden />
      </span>
      <div className="max-w-md">
        <p className="font-medium text-base">{title}</p>
        {children !== undefined && <div className="mt-1 text-subtle">{children}</div>}
      </div>
      {action}
    </div>
  );
}
