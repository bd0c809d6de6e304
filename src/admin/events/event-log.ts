/**
 * The last events as they were sent, so that a consumer that was away for a moment, or reads slowly, can go on where it was. Bounded in
 * number and bytes: who is further behind is told to fetch everything anew.
 */

/** A place between two events: everything up to this serial number was told. */
export type Position = number;

export interface EventLogLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

interface Entry {
  readonly serial: number;
  readonly frame: Buffer;
}

const LIMITS: EventLogLimits = { maxEvents: 512, maxBytes: 1024 * 1024 };

export class EventLog {
  readonly #run: string;
  readonly #limits: EventLogLimits;
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #newest: Position = 0;

  /** `run` names this process: an id from another one is of no use here. Letters and digits. */
  constructor(run: string, limits: EventLogLimits = LIMITS) {
    this.#run = run;
    this.#limits = limits;
  }

  /** Behind the newest event. */
  get end(): Position {
    return this.#newest;
  }

  append(type: string, data: string): void {
    this.#newest += 1;
    const frame = this.#frame(type, data);
    this.#entries.push({ serial: this.#newest, frame });
    this.#bytes += frame.length;
    while (this.#entries.length > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes) this.#dropOldest();
  }

  /** Something happened that nobody is told: whoever comes back from before it has missed it. */
  skip(): void {
    this.#newest += 1;
    this.#entries.length = 0;
    this.#bytes = 0;
  }

  /** The first event behind `position`, null at the end; `lost` when it is not kept any more. */
  next(position: Position): { readonly frame: Buffer; readonly position: Position } | 'lost' | null {
    if (position === this.#newest) return null;
    const first = this.#entries[0];
    if (!first || position < first.serial - 1 || position > this.#newest) return 'lost';
    const entry = this.#entries[position + 1 - first.serial];
    return entry ? { frame: entry.frame, position: entry.serial } : 'lost';
  }

  /** An event at the end, for one consumer alone. */
  frameAtEnd(type: string, data: string): Buffer {
    return this.#frame(type, data);
  }

  /** The place that a `Last-Event-ID` of this process names; null for any other text. */
  positionOf(id: string): Position | null {
    const [, run, serial] = /^(\w+)-(\d{1,15})$/.exec(id) ?? [];
    return run === this.#run ? Number(serial) : null;
  }

  /** As the HTML standard's section 9.2.6 wants it; JSON holds no line breaks. */
  #frame(type: string, data: string): Buffer {
    return Buffer.from(`id: ${this.#run}-${this.#newest}\nevent: ${type}\ndata: ${data}\n\n`);
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries.shift()?.frame.length ?? 0;
  }
}
