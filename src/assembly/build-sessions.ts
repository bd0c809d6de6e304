/** Builds what knows the clients. */
import { derived, type LiveConfig } from '../config/live-config.ts';
import type { Now } from '../core/time.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { ClientSessions } from '../sessions/client-sessions.ts';
import type { RecordStore } from '../storage/store.ts';
import { repeat } from './repeat.ts';
import type { StorageWatch } from './storage-watch.ts';

export interface SessionsParts {
  readonly data: { readonly sessions: RecordStore<ClientSession> };
  readonly live: LiveConfig;
  readonly storageWatch: StorageWatch;
  readonly now: Now;
}

/** @throws StorageError */
export async function buildSessions({ data, live, storageWatch, now }: SessionsParts) {
  const config = live.current;
  const clients = new ClientSessions({
    store: data.sessions,
    now,
    rules: derived(config, ({ session }) => ({
      maxConcurrent: session.enabled ? session.maxConcurrent : null,
      ttlMs: session.sessionTtlMs,
    })),
    onStorage: storageWatch.reporterFor('sessions'),
  });
  await clients.load();
  const cleaning = repeat(
    () => config().session.cleanupIntervalMs,
    () => clients.cleanUp(),
  );
  return {
    clients,
    /** Brings to the disk what is due, once and for all. */
    async close(): Promise<void> {
      cleaning.stop();
      await clients.flush();
    },
  };
}
