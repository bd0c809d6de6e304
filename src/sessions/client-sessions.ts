/**
 * Who uses the server now: every client with its running requests. Memory is the truth; sessions and revocations reach the disk behind
 * the requests, so that both outlive a restart. Bounded in number: the client that was seen least recently makes room.
 */
import { WriteBehind } from '../accounts/write-behind.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import type { RecordStore } from '../storage/store.ts';
import { type Client, type ClientSession, clientKey, newSession, type RunningRequest } from './client-session.ts';

export interface SessionRules {
  /** Most counted requests of one client at once; null: any number. */
  readonly maxConcurrent: number | null;
  readonly ttlMs: DurationMs;
}

export interface ClientSessionsDeps {
  readonly store: RecordStore<ClientSession>;
  readonly now: Now;
  readonly rules: () => SessionRules;
  /** Told when storage begins to refuse writes, and when it takes them again. */
  readonly onStorage: (outcome: { readonly ok: boolean }) => void;
}

/** May the client's request run? */
export type Admission =
  /** It runs; `leave` is called when it has ended. */
  | { readonly kind: 'admitted'; readonly leave: () => void }
  | { readonly kind: 'revoked'; readonly until: EpochMs }
  | { readonly kind: 'busy'; readonly running: number; readonly most: number };

/** A session with what runs in it. */
export interface LiveSession {
  readonly session: ClientSession;
  readonly running: ReadonlySet<RunningRequest>;
}

interface Entry {
  session: ClientSession;
  readonly running: Set<RunningRequest>;
  /** Those that count against the limit. */
  counted: number;
}

/** A megabyte or so on the disk when full. */
const MAX_SESSIONS = 2000;
const WRITE_DELAY_MS: DurationMs = 5000;
const WRITE_RETRY_MS: DurationMs = 10_000;

export class ClientSessions {
  readonly #deps: ClientSessionsDeps;
  /** By client. */
  readonly #entries = new Map<string, Entry>();
  readonly #keysById = new Map<string, string>();
  readonly #writes: WriteBehind;
  readonly #listeners: ((id: string) => void)[] = [];

  constructor(deps: ClientSessionsDeps) {
    this.#deps = deps;
    this.#writes = new WriteBehind({
      write: (id) => this.#write(id),
      delayMs: WRITE_DELAY_MS,
      retryMs: WRITE_RETRY_MS,
      onOutcome: deps.onStorage,
    });
  }

  /** @throws StorageError */
  async load(): Promise<void> {
    for (const session of await this.#deps.store.list()) this.#add({ session, running: new Set(), counted: 0 });
    this.cleanUp();
  }

  /** A request of the client begins. `isCounted`: it takes one of the places that the client has. */
  begin(client: Client, request: RunningRequest, isCounted: boolean): Admission {
    const now = this.#deps.now();
    const { maxConcurrent } = this.#deps.rules();
    const entry = this.#entryOf(client, now);
    const { revokedUntil } = entry.session;
    if (revokedUntil !== null && revokedUntil > now) return { kind: 'revoked', until: revokedUntil };
    if (isCounted && maxConcurrent !== null && entry.counted >= maxConcurrent)
      return { kind: 'busy', running: entry.counted, most: maxConcurrent };
    entry.running.add(request);
    if (isCounted) entry.counted += 1;
    this.#see(entry, now);
    return {
      kind: 'admitted',
      leave: () => {
        if (!entry.running.delete(request)) return;
        if (isCounted) entry.counted -= 1;
        this.#see(entry, this.#deps.now());
      },
    };
  }

  /** Those whose time is not over; the one that was seen last comes first. */
  list(): readonly LiveSession[] {
    return [...this.#entries.values()]
      .filter((entry) => !this.#isOver(entry))
      .toSorted((a, b) => b.session.lastSeenAt - a.session.lastSeenAt || (a.session.id < b.session.id ? -1 : 1));
  }

  get(id: string): LiveSession | undefined {
    const entry = this.#entries.get(this.#keysById.get(id) ?? '');
    return entry && !this.#isOver(entry) ? entry : undefined;
  }

  /** When the session will be forgotten, if nothing more is heard of it than the end of what runs now. */
  expiresAt({ session: { lastSeenAt, revokedUntil }, running }: LiveSession): EpochMs {
    const { now, rules } = this.#deps;
    return Math.max((running.size > 0 ? now() : lastSeenAt) + rules().ttlMs, revokedUntil ?? 0);
  }

  /**
   * Cuts what runs, at once, and refuses the client from now on for a session's time. Durable when resolved; false when there is no such
   * session. @throws StorageError; the client is refused all the same, and the write is tried again
   */
  async revoke(id: string): Promise<boolean> {
    const live = this.get(id);
    const entry = live && this.#entries.get(this.#keysById.get(id) ?? '');
    if (!entry) return false;
    entry.session = { ...entry.session, revokedUntil: this.#deps.now() + this.#deps.rules().ttlMs };
    for (const request of [...entry.running]) request.cut();
    this.#changed(id);
    try {
      await this.#write(id);
    } catch (error) {
      this.#writes.touch(id);
      throw error;
    }
    return true;
  }

  /** Forgets those whose time is over. */
  cleanUp(): void {
    for (const [key, entry] of this.#entries) if (this.#isOver(entry)) this.#forget(key, entry);
  }

  /** Called when a session begins, changes or ends. Must not throw and must not wait. */
  onChange(listener: (id: string) => void): void {
    this.#listeners.push(listener);
  }

  flush(): Promise<void> {
    return this.#writes.flush();
  }

  #entryOf(client: Client, now: EpochMs): Entry {
    const known = this.#entries.get(clientKey(client));
    if (known && !this.#isOver(known)) return known;
    if (known) known.session = newSession(client, now);
    else if (this.#entries.size >= MAX_SESSIONS) this.#makeRoom();
    return known ?? this.#add({ session: newSession(client, now), running: new Set(), counted: 0 });
  }

  #add(entry: Entry): Entry {
    const key = clientKey(entry.session);
    this.#entries.set(key, entry);
    this.#keysById.set(entry.session.id, key);
    return entry;
  }

  #see(entry: Entry, now: EpochMs): void {
    entry.session = { ...entry.session, lastSeenAt: now };
    this.#writes.touch(entry.session.id);
    this.#changed(entry.session.id);
  }

  #isOver(entry: Entry): boolean {
    return this.expiresAt(entry) <= this.#deps.now();
  }

  /** Who is revoked, or has requests running, stays; if all are, there is one more for a while. */
  #makeRoom(): void {
    const now = this.#deps.now();
    let oldest: readonly [string, Entry] | null = null;
    for (const [key, entry] of this.#entries) {
      if (entry.running.size > 0 || (entry.session.revokedUntil ?? 0) > now) continue;
      if (oldest === null || entry.session.lastSeenAt < oldest[1].session.lastSeenAt) oldest = [key, entry];
    }
    if (oldest) this.#forget(...oldest);
  }

  #forget(key: string, { session: { id } }: Entry): void {
    this.#entries.delete(key);
    this.#keysById.delete(id);
    this.#writes.touch(id);
    this.#changed(id);
  }

  #changed(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  /** What is not in memory any more is taken off the disk as well. */
  async #write(id: string): Promise<void> {
    await this.#deps.store.update(id, () => this.#entries.get(this.#keysById.get(id) ?? '')?.session);
  }
}
