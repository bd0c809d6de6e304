/**
 * Collects log lines and writes many at once: a write to standard error can block the process until the system has taken it. Where nobody
 * reads what was written, lines wait up to a bound; beyond it they are dropped and counted, since requests must not wait for a log.
 */
import type { DurationMs } from '../core/time.ts';

const DELAY_MS: DurationMs = 100;
/** About two hundred lines. */
const FULL_LENGTH = 64 * 1024;
/** Most text that waits for a reader, in characters: about ten thousand lines. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Most lines that are still to be made: making them together costs less than half, but must not stop everything else for long. */
const MAX_UNMADE = 64;

export class LineBuffer {
  readonly #out: Pick<NodeJS.WritableStream, 'write' | 'once'>;
  readonly #tellDropped: (count: number) => string;
  #lines = '';
  #unmade: (string | (() => string))[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** The last write has not been taken yet. */
  #isBlocked = false;
  #dropped = 0;
  #droppedEver = 0;

  /** `out` gets whole lines, at the latest 100 ms after the first of them. `tellDropped` makes the line that says how many are missing. */
  constructor(out: Pick<NodeJS.WritableStream, 'write' | 'once'>, tellDropped: (count: number) => string) {
    this.#out = out;
    this.#tellDropped = tellDropped;
  }

  /** Lines that were never written because nobody read the ones before. */
  get dropped(): number {
    this.#make();
    return this.#droppedEver;
  }

  /** A function is asked for its line when that is due, in its turn. */
  write(line: string | (() => string)): void {
    this.#unmade.push(line);
    if (this.#unmade.length >= MAX_UNMADE || (typeof line === 'string' && line.length >= FULL_LENGTH)) this.#make();
    if (this.#lines.length >= FULL_LENGTH && !this.#isBlocked) this.leave();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY_MS).unref();
  }

  #make(): void {
    const unmade = this.#unmade;
    if (unmade.length === 0) return;
    this.#unmade = [];
    for (const line of unmade) this.#add(typeof line === 'string' ? line : line());
  }

  #add(text: string): void {
    if (this.#lines.length + text.length > MAX_WAITING) {
      this.#dropped += 1;
      this.#droppedEver += 1;
    } else this.#lines += text;
  }

  /** Writes what is there now, unless the reader is behind: then as soon as it has caught up. What was to be made is made in any case. */
  flush(): void {
    if (!this.#isBlocked) return this.leave();
    this.#stopTimer();
    this.#make();
  }

  /** Writes what is there now, for the last time. */
  leave(): void {
    this.#stopTimer();
    this.#make();
    const lines = this.#dropped > 0 ? this.#lines + this.#tellDropped(this.#dropped) : this.#lines;
    this.#lines = '';
    this.#dropped = 0;
    if (lines === '' || this.#out.write(lines)) return;
    this.#isBlocked = true;
    this.#out.once('drain', () => {
      this.#isBlocked = false;
      this.flush();
    });
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
