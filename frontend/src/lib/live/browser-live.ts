/** The browser's side of live updates: EventSource, Web Locks, BroadcastChannel. */
import type { ConnectionListener, EventConnection, LiveUpdatesDeps, ServerEvent, TabMessage } from './live-updates.ts';

const NAME = 'headgate-live';

/** `types`: the events to listen for; an EventSource has to be told each by name. */
export function connectTo(url: string, types: readonly string[], listener: ConnectionListener): EventConnection {
  const source = new EventSource(url);
  source.addEventListener('open', () => listener.onOpen());
  source.addEventListener('error', () => listener.onError(source.readyState === EventSource.CONNECTING));
  for (const type of types)
    source.addEventListener(type, ({ data }: MessageEvent<string>) => listener.onEvent({ type, data: parsed(data) }));
  return { close: () => source.close() };
}

function parsed(text: string): ServerEvent['data'] {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const leadOneTab: LiveUpdatesDeps['lead'] = (hold, signal) => {
  // Missing on pages that are not secure, whatever the types say.
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return hold();
  const whileHeld = (): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      hold();
    });
  // It ends by being aborted, too: that is no fault.
  void locks.request(NAME, { signal }, whileHeld).catch(() => undefined);
};

export interface TabChannel {
  tell(message: TabMessage): void;
  close(): void;
}

export function openTabChannel(hear: (message: TabMessage) => void): TabChannel {
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => hear(data));
  return { tell: (message) => channel.postMessage(message), close: () => channel.close() };
}
