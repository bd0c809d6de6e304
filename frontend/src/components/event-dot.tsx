import { type EventTone, eventTone } from '@/lib/event-words.ts';
import { cn } from '@/lib/utils.ts';

const looks = { bad: 'bg-bad', warn: 'bg-warn', ok: 'bg-ok', plain: 'bg-subtle' } satisfies Record<EventTone, string>;

/** Repeats in colour what the words beside it say. */
export function EventDot({ type }: { readonly type: string }) {
  return <span className={cn('mt-1.5 size-2 shrink-0 rounded-full', looks[eventTone(type)])} aria-hidden />;
}
