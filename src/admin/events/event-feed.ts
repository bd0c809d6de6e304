/** Turns what happens in the product into events, the frequent ones gathered: an account that changes a hundred times a second is told four times. */
import type { AccountPool } from '../../accounts/account-pool.ts';
import type { KeyRing } from '../../api-keys/key-ring.ts';
import type { LiveConfig } from '../../config/live-config.ts';
import type { AccountView } from '../../contract/accounts.ts';
import type { AlertView } from '../../contract/alerts.ts';
import type { DurationMs, EpochMs, Now } from '../../core/time.ts';
import type { RequestRecord, RequestRecorder } from '../../requests/request-record.ts';
import { presentKey } from '../present.ts';
import { presentRequest } from '../present-request.ts';
import type { EventStreams } from './event-streams.ts';

export interface EventFeedDeps {
  readonly streams: EventStreams;
  readonly pool: Pick<AccountPool, 'onChange' | 'onTouch'>;
  readonly keys: Pick<KeyRing, 'get' | 'onChange'>;
  readonly live: Pick<LiveConfig, 'onChange'>;
  /** The account as it is shown; undefined when it is gone. */
  readonly viewOf: (id: string) => AccountView | undefined;
  readonly alerts: () => readonly AlertView[];
  /** Told once of every alert that is raised. */
  readonly onAlert: (alert: AlertView) => void;
  readonly now: Now;
}

/** Changes of accounts and sessions are gathered for so long. */
const GATHER_MS: DurationMs = 250;
const STATISTICS_EVERY_MS: DurationMs = 1000;
/** More endings than this within a second are not told one by one. */
const MAX_REQUESTS_PER_SECOND = 50;

export class EventFeed implements RequestRecorder {
  readonly #deps: EventFeedDeps;
  readonly #accounts = new Set<string>();
  readonly #sessions = new Set<string>();
  /** Alerts as they were told last. */
  readonly #raised = new Map<string, AlertView>();
  readonly #mayTellRequest: () => boolean;
  #statisticsChanged = false;
  #statisticsToldAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: EventFeedDeps) {
    this.#deps = deps;
    this.#mayTellRequest = limiter(MAX_REQUESTS_PER_SECOND, deps.now);
    this.#listen();
  }

  /** A request has ended. */
  record(request: RequestRecord): void {
    const { streams, keys } = this.#deps;
    if (this.#mayTellRequest()) streams.publish('request', () => presentRequest(request, (id) => keys.get(id)?.name));
    this.#gather(() => undefined);
  }

  /** The session of this id looks different. */
  touchSession(id: string): void {
    this.#gather(() => this.#sessions.add(id));
  }

  /** Tells of what has been gathered, and of alerts that came or went. To be called now and then as well: some alerts come with time alone. */
  flush(): void {
    const { streams, viewOf } = this.#deps;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const id of this.#accounts) {
      const view = viewOf(id);
      if (view) streams.publish('account', () => view);
    }
    for (const id of this.#sessions) streams.publish('session', () => ({ id }));
    this.#accounts.clear();
    this.#sessions.clear();
    this.#tellAlerts();
    this.#tellStatistics();
  }

  #listen(): void {
    const { streams, pool, keys, live, now } = this.#deps;
    pool.onTouch((id) => this.#gather(() => this.#accounts.add(id)));
    pool.onChange(({ type }, { id }) => {
      this.#gather(() => this.#accounts.add(id));
      if (type !== 'removed') return;
      this.#accounts.delete(id);
      streams.publish('account_removed', () => ({ id }));
    });
    keys.onChange((id) => {
      const key = keys.get(id);
      if (key) streams.publish('key', () => presentKey(key, now()));
      else streams.publish('key_removed', () => ({ id }));
    });
    live.onChange(({ keys: changed, source }) => {
      streams.publish('config', () => ({ changed: [...changed], source }));
      this.#gather(() => undefined);
    });
  }

  /** For nobody nothing is gathered: whoever comes later fetches everything. */
  #gather(what: () => void): void {
    if (!this.#deps.streams.isWanted()) return this.#deps.streams.miss();
    what();
    this.#statisticsChanged = true;
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  #tellStatistics(): void {
    const { streams, now } = this.#deps;
    if (!this.#statisticsChanged) return;
    const waitMs = this.#statisticsToldAt + STATISTICS_EVERY_MS - now();
    // A clock that was set back does not hold them up for ever.
    if (waitMs > 0 && waitMs <= STATISTICS_EVERY_MS) {
      this.#timer ??= setTimeout(() => this.flush(), waitMs).unref();
      return;
    }
    this.#statisticsChanged = false;
    this.#statisticsToldAt = now();
    streams.publish('statistics_changed', () => ({}));
  }

  #tellAlerts(): void {
    const { streams, alerts, onAlert } = this.#deps;
    const current = new Map(alerts().map((alert) => [alert.id, alert]));
    for (const [id, alert] of current) {
      if (!this.#raised.has(id)) onAlert(alert);
      if (this.#raised.get(id)?.message !== alert.message) streams.publish('alert', () => alert);
    }
    for (const id of this.#raised.keys()) if (!current.has(id)) streams.publish('alert_cleared', () => ({ id }));
    this.#raised.clear();
    for (const [id, alert] of current) this.#raised.set(id, alert);
  }
}

/** True at most `max` times within a second by the clock. */
function limiter(max: number, now: Now): () => boolean {
  let second: EpochMs = 0;
  let count = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    count = current === second ? count + 1 : 1;
    second = current;
    return count <= max;
  };
}
