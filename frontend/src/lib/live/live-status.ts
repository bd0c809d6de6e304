/** Whether changes reach this page by themselves, as a store that components and queries can ask. */

/** `live`: changes come as they happen. `polling`: they are asked for now and then. `paused`: nobody looks at this page. */
export type LiveStatus = 'live' | 'polling' | 'paused';

const POLL_MS = 30_000;
/** Also beside a live stream, in case that an event got lost on the way. */
const SAFETY_POLL_MS = 120_000;

export interface LiveStatusStore {
  set(status: LiveStatus): void;
  readonly get: () => LiveStatus;
  readonly subscribe: (listener: () => void) => () => void;
  /** How often what is on show is asked for again, in milliseconds. */
  readonly pollInterval: () => number;
}

export function createLiveStatus(): LiveStatusStore {
  let status: LiveStatus = 'polling';
  const listeners = new Set<() => void>();
  return {
    set(next) {
      if (next === status) return;
      status = next;
      for (const listener of listeners) listener();
    },
    get: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    pollInterval: () => (status === 'live' ? SAFETY_POLL_MS : POLL_MS),
  };
}

export const liveStatus: LiveStatusStore = createLiveStatus();
