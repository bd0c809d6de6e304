/**
 * What happens on the server reaches every open page over one connection for the whole browser: HTTP/1.1 allows six to a host, and a
 * stream in each tab would leave none for anything else. The tab that holds the lock listens and passes on what it hears. A tab that
 * nobody looks at neither listens nor waits for the lock.
 */
import type { LiveStatus } from './live-status.ts';

export interface ServerEvent {
  readonly type: string;
  /** JSON as it came, not yet checked. */
  readonly data: unknown;
}

/** One connection to `GET /api/events`. */
export interface EventConnection {
  close(): void;
}

export interface ConnectionListener {
  onOpen(): void;
  onEvent(event: ServerEvent): void;
  /** `retrying`: the connection comes back by itself. */
  onError(retrying: boolean): void;
}

/** What tabs say to each other. */
export type TabMessage =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'leader'; readonly connected: boolean }
  /** A tab that has just come asks how things are. */
  | { readonly kind: 'ask' };

export interface LiveUpdatesDeps {
  readonly connect: (listener: ConnectionListener) => EventConnection;
  /**
   * Calls `hold` once this tab is the only one to hold the lock, which it gives back when the signal is aborted. Without locks (a page
   * over plain http from another machine) it calls at once: each tab on show then has a connection of its own.
   */
  readonly lead: (hold: () => void, signal: AbortSignal) => void;
  readonly tell: (message: TabMessage) => void;
  /**
   * `askedAt`, by `now`: the event is the first of a connection that was asked for then, and what was asked for since is not older than it.
   * Null for every other event.
   */
  readonly onEvent: (event: ServerEvent, askedAt: number | null) => void;
  readonly onStatus: (status: LiveStatus) => void;
  readonly later: (run: () => void, ms: number) => () => void;
  readonly now: () => number;
}

export interface LiveUpdates {
  /** The page is looked at, or not any more. */
  show(visible: boolean): void;
  /** Another tab said something. */
  hear(message: TabMessage): void;
  stop(): void;
}

/** After the server refused the stream: it may be full, or of a version without one. */
const RECONNECT_MS = 30_000;

const RESYNC: ServerEvent = { type: 'resync', data: {} };

export function createLiveUpdates({ connect, lead, tell, onEvent, onStatus, later, now }: LiveUpdatesDeps): LiveUpdates {
  let candidacy: AbortController | null = null;
  let connection: EventConnection | null = null;
  let connected = false;
  let cancelRetry = (): void => undefined;
  let wasHidden = false;

  function announce(isConnected: boolean): void {
    connected = isConnected;
    tell({ kind: 'leader', connected });
    onStatus(connected ? 'live' : 'polling');
  }

  function listen(): void {
    let askedAt: number | null = now();
    connection = connect({
      onOpen: () => announce(true),
      onEvent(event) {
        tell({ kind: 'event', event });
        onEvent(event, askedAt);
        askedAt = null;
      },
      onError(retrying) {
        askedAt = null;
        announce(false);
        if (retrying) return;
        connection?.close();
        cancelRetry = later(listen, RECONNECT_MS);
      },
    });
  }

  function begin(): void {
    if (candidacy) return;
    candidacy = new AbortController();
    onStatus('polling');
    tell({ kind: 'ask' });
    lead(listen, candidacy.signal);
  }

  function end(): void {
    cancelRetry();
    connection?.close();
    if (connection) announce(false);
    connection = null;
    candidacy?.abort();
    candidacy = null;
  }

  return {
    show(visible) {
      if (!visible) {
        end();
        wasHidden = true;
        onStatus('paused');
        return;
      }
      begin();
      // Whatever happened meanwhile was not heard here.
      if (wasHidden) onEvent(RESYNC, null);
      wasHidden = false;
    },
    hear(message) {
      if (candidacy === null) return;
      if (message.kind === 'ask' && connection) tell({ kind: 'leader', connected });
      if (message.kind === 'leader' && !connection) onStatus(message.connected ? 'live' : 'polling');
      if (message.kind === 'event' && !connection) onEvent(message.event, null);
    },
    stop: end,
  };
}
