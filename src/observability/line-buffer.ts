/** Collects log lines and writes many at once: a write to standard error blocks the process until the system has taken it. */
import { Writable } from 'node:stream';
import type { DurationMs } from '../core/time.ts';

const DELAY_MS: DurationMs = 100;
/** About two hundred lines. */
const FULL_LENGTH = 64 * 1024;

export class LineBuffer extends Writable {
  readonly #out: (text: string) => unknown;
  #lines = '';
  #timer: NodeJS.Timeout | null = null;

  /** `out` gets whole lines, at the latest 100 ms after the first of them. */
  constructor(out: (text: string) => unknown) {
    super({ decodeStrings: false, emitClose: false });
    this.#out = out;
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#lines += line.toString();
    if (this.#lines.length >= FULL_LENGTH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY_MS).unref();
    done();
  }

  /** Writes what is there now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.#out(lines);
  }
}
