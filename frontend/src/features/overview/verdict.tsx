/** The one line that matters most. */
import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import { Fragment } from 'react';
import type { Statistics } from '@/api/statistics.ts';
import { AccountLink } from '@/components/account-link.tsx';
import { When } from '@/components/time.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { cn } from '@/lib/utils.ts';
import { type VerdictWords, verdictWords } from './verdict-words.ts';

const looks = {
  healthy: { label: 'Healthy', icon: CircleCheck, className: 'border-ok/25 bg-ok-soft', tone: 'text-ok' },
  degraded: { label: 'Degraded', icon: CircleAlert, className: 'border-warn/30 bg-warn-soft', tone: 'text-warn' },
  unhealthy: { label: 'Unhealthy', icon: CircleX, className: 'border-bad/30 bg-bad-soft', tone: 'text-bad' },
} satisfies Record<Statistics['system_health'], unknown>;

const RULE = 'Healthy: every enabled account, or at least two, can serve. Degraded: fewer. Unhealthy: none.';

export function Verdict({ statistics }: { readonly statistics: Statistics | undefined }) {
  const shape = 'flex min-h-[5.25rem] items-start md:min-h-[4.25rem] gap-3 rounded-lg border px-4 py-3';
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
          <strong className={cn('font-semibold text-base', tone)}>{label}.</strong> <Words words={verdictWords(statistics)} />
        </p>
        <p className="mt-0.5 text-subtle text-xs">{RULE}</p>
      </div>
    </section>
  );
}

function Words({ words: { serving, needsPerson, comingBack, moreComingBack } }: { readonly words: VerdictWords }) {
  return (
    <>
      {needsPerson !== null && (
        <strong className="font-semibold">
          {needsPerson.words}:{' '}
          {needsPerson.named.map((account, index) => (
            <Fragment key={account.id}>
              {index > 0 && ', '}
              <AccountLink account={account} />
            </Fragment>
          ))}
          {needsPerson.more > 0 && ` and ${needsPerson.more} more`}.{' '}
        </strong>
      )}
      {serving}{' '}
      {comingBack.map(({ account, until }, index) => (
        <Fragment key={account.id}>
          {index > 0 && ', '}
          {account.name} is back {index === 0 && 'by itself '}
          <When at={until} />
        </Fragment>
      ))}
      {moreComingBack > 0 && `, and ${moreComingBack} more`}
      {comingBack.length > 0 && '.'}
    </>
  );
}
