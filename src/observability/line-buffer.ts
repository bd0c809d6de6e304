/**
 * Collects log lines and writes many at once: a write to standard error can block the process until the system has taken it. Where nobody
 * reads what was written, lines wait up to a bound; beyond it they are dropped and counted, since requests must not wait for a log.
 */
import { Writable } from 'node:stream';
import type { DurationMs } from '../core/time.ts';

const DELAY_MS: DurationMs = 100;
/** About two hundred lines. */
const FULL_LENGTH = 64 * 1024;
/** Most text that waits for a reader, in characters: about ten thousand lines. */
const MAX_WAITING = 4 * 1024 * 1024;

export class LineBuffer extends Writable {
  readonly #out: Pick<NodeJS.WritableStream, 'write' | 'once'>;
  readonly #tellDropped: (count: number) => string;
  #lines = '';
  #timer: NodeJS.Timeout | null = null;
  /** The last write has not been taken yet. */
  #isBlocked = false;
  #dropped = 0;
  #droppedEver = 0;

  /** `out` gets whole lines, at the latest 100 ms after the first of them. `tellDropped` makes the line that says how many are missing. */
  constructor(out: Pick<NodeJS.WritableStream, 'write' | 'once'>, tellDropped: (count: number) => string) {
    super({ decodeStrings: false, emitClose: false });
    this.#out = out;
    this.#tellDropped = tellDropped;
  }

  /** Lines that were never written because nobody read the ones before. */
  get dropped(): number {
    return this.#droppedEver;
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = line.toString();
    if (this.#lines.length + text.length > MAX_WAITING) {
      this.#dropped += 1;
      this.#droppedEver += 1;
    } else this.#lines += text;
    if (this.#lines.length >= FULL_LENGTH) this.flush();
    else if (!this.#isBlocked) this.#timer ??= setTimeout(() => this.flush(), DELAY_MS).unref();
    done();
  }

  /** Writes what is there now, unless the reader is behind: then as soon as it has caught up. */
  flush(): void {
    if (!this.#isBlocked) this.leave();
  }

  /** Writes what is there now, for the last time. */
  leave(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
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
}
