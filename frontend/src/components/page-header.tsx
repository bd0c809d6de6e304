/** The head of every page: its name, and at most one primary action. Also names the browser's tab. */
import { type ReactNode, useEffect } from 'react';

interface PageHeaderProps {
  readonly title: string;
  /** Beside the name. */
  readonly badge?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, badge, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Headgate`;
  }, [title]);
  return (
    <header className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
        {badge}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
