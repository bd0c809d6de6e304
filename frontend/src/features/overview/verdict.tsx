/** The one line that matters most. */
import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import type { Statistics } from '@/api/statistics.ts';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { cn } from '@/lib/utils.ts';

const looks = {
  healthy: { label: 'Healthy', icon: CircleCheck, className: 'border-ok/25 bg-ok-soft', tone: 'text-ok' },
  degraded: { label: 'Degraded', icon: CircleAlert, className: 'border-warn/30 bg-warn-soft', tone: 'text-warn' },
  unhealthy: { label: 'Unhealthy', icon: CircleX, className: 'border-bad/30 bg-bad-soft', tone: 'text-bad' },
} satisfies Record<Statistics['system_health'], unknown>;

const RULE = 'Healthy: every enabled account, or at least two, can serve. Degraded: fewer. Unhealthy: none.';

export function Verdict({ statistics }: { readonly statistics: Statistics | undefined }) {
  const shape = 'flex min-h-[5.25rem] items-start gap-3 rounded-lg border px-4 py-3';
  if (statistics === undefined)
    return (
      <div className={cn(shape, 'border-border bg-surface')}>
        <Skeleton className="size-6" />
        <Skeleton className="h-12 flex-1" />
      </div>
    );
  const { label, icon: Icon, className, tone } = looks[statistics.system_health];
  return (
    <section aria-label="Verdict" className={cn(shape, className)}>
      <Icon className={cn('mt-0.5 size-6 shrink-0', tone)} aria-hidden />
      <div className="min-w-0">
        <p role="status" className="break-words">
          <strong className={cn('font-semibold text-base', tone)}>{label}.</strong> {statistics.health_reason}
        </p>
        <p className="mt-0.5 text-subtle text-xs">{RULE}</p>
      </div>
    </section>
  );
}
