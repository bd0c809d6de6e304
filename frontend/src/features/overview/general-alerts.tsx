/** Alerts about no single account. Those about accounts stand beside them. */
import type { Statistics } from '@/api/statistics.ts';
import { Notice } from '@/components/notice.tsx';
import { Ago } from '@/components/time.tsx';

export function GeneralAlerts({ alerts }: Pick<Statistics, 'alerts'>) {
  return alerts
    .filter(({ account }) => account === null)
    .map(({ id, message, since }) => (
      <Notice key={id} tone="bad" role="alert">
        {message}{' '}
        <span className="text-subtle text-xs">
          Since <Ago at={since} />
        </span>
      </Notice>
    ));
}
