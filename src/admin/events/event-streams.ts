/**
 * Everybody who listens to what happens. A consumer holds nothing but its place in the log: while its connection takes no more, it stays
 * where it is, and when the log has gone on without it, it is told to fetch everything anew. So nobody's slowness costs memory.
 */
import type { ServerResponse } from 'node:http';
import { type EventData, type EventType, eventSchemas } from '../../contract/events.ts';
import type { DurationMs, Now } from '../../core/time.ts';
import { EventLog, type Position } from './event-log.ts';

export interface EventStreamsDeps {
  readonly now: Now;
  /** Names this process in the events' ids. Letters and digits. */
  readonly run: string;
  /** An event could not be told; everybody is told to fetch everything instead. */
  readonly onError: (type: EventType, error: unknown) => void;
  /** How often a silent connection gets a comment, and every consumer's right to listen is looked at again. */
  readonly beatMs?: DurationMs;
}

interface Consumer {
  readonly res: ServerResponse;
  readonly mayListen: () => boolean;
  position: Position;
  /** Beats since which the connection has taken nothing; null while it takes what comes. */
  stuckBeats: number | null;
}

/** A dashboard in every tab of a team, and then some. */
const MAX_CONSUMERS = 200;
/** Proxies cut what is silent for long; the promise is a comment at least every 15 s. */
const BEAT_MS: DurationMs = 10_000;
/** A consumer that has read nothing for so many beats is cut. */
const MAX_STUCK_BEATS = 3;
/** So long after the last consumer left, events are still kept for its return. */
const LINGER_MS: DurationMs = 60_000;
const COMMENT = ':\n\n';
/** After a cut the browser comes back in this time. */
const RETRY = 'retry: 2000\n\n';
/** Of who has not been told anything yet. */
const NOWHERE: Position = Number.NaN;

export class EventStreams {
  readonly #deps: EventStreamsDeps;
  readonly #log: EventLog;
  readonly #consumers = new Set<Consumer>();
  #beat: NodeJS.Timeout | null = null;
  #lastLeftAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
    this.#log = new EventLog(deps.run);
  }

  get size(): number {
    return this.#consumers.size;
  }

  /** Can nobody be let in any more, and why not? */
  get refusal(): 'full' | 'closed' | null {
    return this.#closed ? 'closed' : this.#consumers.size >= MAX_CONSUMERS ? 'full' : null;
  }

  /** Is there anybody to tell, or is somebody likely to come back? */
  isWanted(): boolean {
    return this.#consumers.size > 0 || this.#deps.now() - this.#lastLeftAt < LINGER_MS;
  }

  /** Tells everybody. `data` is only made when there is somebody to tell. */
  publish<T extends EventType>(type: T, data: () => EventData<T>): void {
    if (this.#closed) return;
    if (!this.isWanted()) return this.miss();
    try {
      this.#log.append(type, JSON.stringify(eventSchemas[type].parse(data())));
    } catch (error) {
      this.miss();
      this.#deps.onError(type, error);
    }
    for (const consumer of this.#consumers) this.#pump(consumer);
  }

  /** Something happened that is not told: who comes back from before it has to fetch everything. */
  miss(): void {
    this.#log.skip();
  }

  /**
   * Lets the response listen until one side ends it. `lastEventId`: where it was before, if anywhere.
   * `mayListen` is asked again and again; when it says no, the response ends.
   */
  open(res: ServerResponse, lastEventId: string | undefined, mayListen: () => boolean): void {
    const known = lastEventId === undefined ? null : this.#log.positionOf(lastEventId);
    const consumer: Consumer = { res, mayListen, position: known ?? NOWHERE, stuckBeats: null };
    this.#consumers.add(consumer);
    res.on('error', () => undefined);
    res.once('close', () => this.#forget(consumer));
    res.on('drain', () => {
      consumer.stuckBeats = null;
      this.#pump(consumer);
    });
    this.#write(consumer, RETRY);
    this.#pump(consumer);
    this.#beat ??= setInterval(() => this.beat(), this.#deps.beatMs ?? BEAT_MS).unref();
  }

  /** Ends whoever has lost the right to listen. */
  recheck(): void {
    for (const consumer of [...this.#consumers]) if (!consumer.mayListen()) end(consumer);
  }

  /** A sign of life for everybody, the end for who has not read for long or may not listen any more. */
  beat(): void {
    this.recheck();
    for (const consumer of [...this.#consumers]) {
      if (consumer.stuckBeats === null) this.#write(consumer, COMMENT);
      else if (++consumer.stuckBeats >= MAX_STUCK_BEATS) consumer.res.destroy();
    }
  }

  /** Ends everybody, and lets nobody in any more. */
  close(): void {
    this.#closed = true;
    for (const consumer of [...this.#consumers]) end(consumer);
  }

  /** Writes what the consumer has not been told, as long as its connection takes it. */
  #pump(consumer: Consumer): void {
    while (consumer.stuckBeats === null && !consumer.res.writableEnded) {
      const next = this.#log.next(consumer.position);
      if (next === null) return;
      consumer.position = next === 'lost' ? this.#log.end : next.position;
      this.#write(consumer, next === 'lost' ? this.#log.frameAtEnd('resync', '{}') : next.frame);
    }
  }

  #write(consumer: Consumer, bytes: Buffer | string): void {
    if (!consumer.res.writableEnded && !consumer.res.write(bytes)) consumer.stuckBeats = 0;
  }

  #forget(consumer: Consumer): void {
    if (!this.#consumers.delete(consumer)) return;
    this.#lastLeftAt = this.#deps.now();
    if (this.#consumers.size > 0 || !this.#beat) return;
    clearInterval(this.#beat);
    this.#beat = null;
  }
}

/** What is under way may still arrive, unless the connection takes nothing: then its end would never come. */
const end = ({ res, stuckBeats }: Consumer): void => void (stuckBeats === null ? res.end() : res.destroy());
