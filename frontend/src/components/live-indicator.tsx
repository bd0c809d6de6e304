/** Whether changes come by themselves, and when this page last heard from the server. */
import { Radio, RefreshCw } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Ago } from '@/components/time.tsx';
import { liveStatus } from '@/lib/live/live-status.ts';
import { cn } from '@/lib/utils.ts';

const WORDS = {
  live: { label: 'Live', title: 'Changes are shown as they happen.' },
  polling: { label: 'Every 30 s', title: 'There is no live connection; the server is asked every 30 seconds.' },
  paused: { label: 'Paused', title: 'Nothing is asked for while nobody looks at this page.' },
};

interface LiveIndicatorProps {
  /** The instant of the server at which what is shown was put together; null before the first. */
  readonly at: string | null;
}

export function LiveIndicator({ at }: LiveIndicatorProps) {
  const status = useSyncExternalStore(liveStatus.subscribe, liveStatus.get);
  const { label, title } = WORDS[status];
  const Icon = status === 'live' ? Radio : RefreshCw;
  return (
    <p className="flex items-center gap-1.5 text-subtle text-xs" title={title}>
      <Icon className={cn('size-3.5', status === 'live' && 'text-ok')} aria-hidden />
      <span>{label}</span>
      {/* Its place is kept from the start: what stands beside it does not move. */}
      <span className={cn('figures', at === null && 'invisible')}>· updated {at === null ? 'just now' : <Ago at={at} />}</span>
    </p>
  );
}
