import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { createEventApplier, EVENT_TYPES } from '@/api/apply-event.ts';
import { connectTo, leadOneTab, openTabChannel } from '@/lib/live/browser-live.ts';
import { liveStatus } from '@/lib/live/live-status.ts';
import { createLiveUpdates, type LiveUpdates } from '@/lib/live/live-updates.ts';

/** Keeps what is shown up to date for as long as the calling component is. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => {
    let updates: LiveUpdates | null = null;
    const channel = openTabChannel((message) => updates?.hear(message));
    updates = createLiveUpdates({
      connect: (listener) => connectTo('/api/events', EVENT_TYPES, listener),
      lead: leadOneTab,
      tell: (message) => channel.tell(message),
      onEvent: createEventApplier(client),
      onStatus(status) {
        const before = liveStatus.get();
        liveStatus.set(status);
        // Asking again also makes the queries look at how often they are to ask from now on.
        if (before === 'live' && status === 'polling') void client.invalidateQueries();
      },
      later(run, ms) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      now: () => performance.now(),
    });
    const look = (): void => updates?.show(!document.hidden);
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      updates?.stop();
      channel.close();
    };
  }, [client]);
}
