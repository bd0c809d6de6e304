/** The last lines of the log, kept in memory for who asks over the API: bounded in number and in characters. */

/** One line, redacted as it was written. */
export interface LoggedLine {
  /** RFC 3339, in UTC. */
  readonly at: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A place between two lines: everything up to this serial number has been seen. */
export type LogPosition = number;

export interface LogHistoryLimits {
  readonly maxLines: number;
  readonly maxCharacters: number;
}

/** What a line was written from: its fields, with `timestamp`, `level` and `message` among them. */
type Written = Readonly<Record<string, unknown>>;

interface Entry {
  readonly written: Written;
  readonly characters: number;
}

const LIMITS: LogHistoryLimits = { maxLines: 2000, maxCharacters: 2 * 1024 * 1024 };

export class LogHistory {
  readonly #limits: LogHistoryLimits;
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();
  #characters = 0;
  #end: LogPosition = 0;

  constructor(limits: LogHistoryLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Behind the newest line. */
  get end(): LogPosition {
    return this.#end;
  }

  /** Before the oldest line that is kept. */
  get beginning(): LogPosition {
    return this.#end - this.#entries.length;
  }

  /** `characters`: how long the line was when it was written. */
  append(written: Written, characters: number): void {
    this.#entries.push({ written, characters });
    this.#end += 1;
    this.#characters += characters;
    while (this.#entries.length > this.#limits.maxLines || this.#characters > this.#limits.maxCharacters)
      this.#characters -= this.#entries.shift()?.characters ?? 0;
    if (this.#waiting.size === 0) return;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The lines behind a position, the oldest first; those that are not kept any more are missing. */
  after(position: LogPosition): readonly LoggedLine[] {
    const from = Math.max(position, this.beginning) - this.beginning;
    return this.#entries.slice(from).map(({ written }) => lineOf(written));
  }

  /** Resolves at the next line, or when the signal says that nobody waits any more. */
  async next(over: AbortSignal): Promise<void> {
    if (over.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#waiting.add(wake);
    over.addEventListener('abort', wake);
    await promise;
    over.removeEventListener('abort', wake);
    this.#waiting.delete(wake);
  }
}

/** Made when somebody reads: most lines are never read here. */
function lineOf({ timestamp, level, message, ...fields }: Written): LoggedLine {
  return { at: String(timestamp), level: level as LoggedLine['level'], message: String(message), fields };
}
