/** How much of one quota window is used, and when it starts anew. */
import type { AccountView } from '@contract/accounts.ts';
import { formatShare, formatWindow } from '@/lib/format.ts';
import { cn } from '@/lib/utils.ts';
import { Countdown } from './time.tsx';

type QuotaWindow = AccountView['windows'][number];

/** From here on it is worth a look; the upstream warns at the same share. */
const NEARLY_USED = 0.9;

function toneOf({ status, utilization }: QuotaWindow): string {
  if (status === 'rejected' || (utilization ?? 0) >= 1) return 'bg-bad';
  if ((utilization ?? 0) >= NEARLY_USED) return 'bg-warn-fill';
  return 'bg-accent';
}

export function WindowMeter({ window }: { readonly window: QuotaWindow }) {
  const { name, utilization, reset_at } = window;
  const share = Math.min(1, utilization ?? 0);
  return (
    <div className="figures grid grid-cols-[3.25rem_minmax(2rem,1fr)_2.25rem_6.75rem] items-center gap-1.5 text-xs">
      <span className="truncate text-subtle" title={formatWindow(name)}>
        <span aria-hidden>{name.replace('_', ' ')}</span>
        <span className="sr-only">{formatWindow(name)}: used</span>
      </span>
      <div className="h-1.5 overflow-hidden rounded-full bg-muted" aria-hidden>
        <div className={cn('h-full rounded-full', toneOf(window))} style={{ width: `${share * 100}%` }} />
      </div>
      <span className="text-right">{utilization === null ? '–' : formatShare(utilization)}</span>
      <span className="truncate text-right text-subtle">
        {reset_at !== null && (
          <>
            resets in <Countdown at={reset_at} over="a moment" />
          </>
        )}
      </span>
    </div>
  );
}
