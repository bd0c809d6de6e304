/** Short notes that something was done, or was not. They are announced, stay long enough to read, and can be dismissed. */
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { createToastStore } from '@/lib/toast-store.ts';
import { cn } from '@/lib/utils.ts';

export const toasts = createToastStore();

export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.list);
  return (
    <section
      aria-label="Notes"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-[60] flex flex-col items-center gap-2 sm:inset-x-auto sm:right-4 sm:bottom-4 sm:items-end"
    >
      {shown.map(({ id, tone, text }) => {
        const Icon = tone === 'bad' ? CircleAlert : CircleCheck;
        return (
          <div
            key={id}
            className="pointer-events-auto flex w-full max-w-sm items-start gap-2.5 rounded-lg border border-border bg-raised px-3.5 py-2.5 text-sm shadow-lg"
          >
            <Icon className={cn('mt-0.5 size-4 shrink-0', tone === 'bad' ? 'text-bad' : 'text-ok')} aria-hidden />
            <p className="min-w-0 flex-1 break-words">{text}</p>
            <button
              type="button"
              aria-label="Dismiss"
              className="-mr-1 rounded p-1 text-subtle hover:text-foreground"
              onClick={() => toasts.dismiss(id)}
            >
              <X className="size-3.5" aria-hidden />
            </button>
          </div>
        );
      })}
    </section>
  );
}
