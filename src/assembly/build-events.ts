/** Lets listeners know what happens. */
import { randomBytes } from 'node:crypto';
import { createAccountReader } from '../admin/account-reader.ts';
import { EventFeed, type EventFeedDeps } from '../admin/events/event-feed.ts';
import { EventStreams } from '../admin/events/event-streams.ts';
import type { Sessions } from '../admin/sessions.ts';
import type { DurationMs } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';
import type { ClientSessions } from '../sessions/client-sessions.ts';
import type { AdminKey } from './admin-key.ts';
import type { AccountParts } from './build-accounts.ts';
import type { DataPlane } from './build-data-plane.ts';
import { repeat } from './repeat.ts';

export interface EventsParts extends Pick<EventFeedDeps, 'live' | 'alerts' | 'now'> {
  readonly accounts: Pick<AccountParts, 'pool' | 'keys'>;
  readonly plane: Pick<DataPlane, 'recorders'>;
  readonly clients: Pick<ClientSessions, 'onChange'>;
  readonly admin: AdminKey;
  readonly sessions: Sessions;
  readonly log: Logger;
}

/** Alerts that come with time alone are looked for so often. */
const LOOK_EVERY_MS: DurationMs = 60_000;

export function buildEvents({ accounts, plane, clients, admin, sessions, live, alerts, log, now }: EventsParts) {
  const { pool, keys } = accounts;
  const run = randomBytes(6).toString('hex');
  const onError = (type: string, error: unknown) => log.error('an event could not be told', { type, error });
  const streams = new EventStreams({ now, run, onError });
  const reader = createAccountReader({ pool, now });
  const feed = new EventFeed({
    ...{ streams, pool, keys, live, alerts, now },
    viewOf(id) {
      const account = pool.get(id);
      return account && reader.view(account);
    },
    onAlert({ code, message }) {
      // The others are logged where they arise.
      if (code === 'login_expires_soon') log.warn(message);
    },
  });
  plane.recorders.push(feed);
  for (const onChange of [sessions.onClose, keys.onChange.bind(keys), admin.onChange]) onChange(() => streams.recheck());
  clients.onChange((id) => feed.touchSession(id));
  const looking = repeat(
    () => LOOK_EVERY_MS,
    () => feed.flush(),
  );
  feed.flush();
  return {
    streams,
    /** Ends every listener at once. */
    close() {
      looking.stop();
      streams.close();
    },
  };
}
