/**
 * Finds the first event that counts in the opening bytes of an event stream (WHATWG HTML, section 9.2.6), however the bytes are
 * cut into chunks. Reads no further than that event.
 */

export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

export class FirstEventReader {
  #unfinishedLine: Buffer[] = [];
  #isFirstLine = true;
  #afterCr = false;
  #name = '';
  #data: string[] = [];
  #found: StreamEvent | null = null;

  /** The first complete event that is neither a ping nor a comment; null while there is none. */
  get found(): StreamEvent | null {
    return this.#found;
  }

  /** Takes the next bytes. Returns whether the event is found. */
  see(chunk: Buffer): boolean {
    let lineStart = 0;
    for (let at = 0; at < chunk.length && !this.#found; at += 1) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false;
      } else if (byte === LF && this.#afterCr) {
        this.#afterCr = false;
        lineStart = at + 1;
      } else {
        this.#endLine(chunk.subarray(lineStart, at));
        this.#afterCr = byte === CR;
        lineStart = at + 1;
      }
    }
    if (!this.#found && lineStart < chunk.length) this.#unfinishedLine.push(chunk.subarray(lineStart));
    return this.#found !== null;
  }

  #endLine(end: Buffer): void {
    const bytes = this.#unfinishedLine.length === 0 ? end : Buffer.concat([...this.#unfinishedLine, end]);
    this.#unfinishedLine = [];
    let line = bytes.toString('utf8');
    if (this.#isFirstLine && line.startsWith(BYTE_ORDER_MARK)) line = line.slice(1);
    this.#isFirstLine = false;
    if (line === '') this.#endEvent();
    else if (line.startsWith('event:')) this.#name = line.slice('event:'.length).trim();
    else if (line.startsWith('data:')) this.#data.push(line.slice('data:'.length).trim());
  }

  /** An event without data is none, whatever its name. */
  #endEvent(): void {
    const data = this.#data.join('\n');
    const name = this.#name === '' ? typeIn(data) : this.#name;
    this.#name = '';
    this.#data = [];
    if (data !== '' && name !== 'ping') this.#found = { name, data };
  }
}

/** What an event without a name is about: the Claude API's events carry their name as `type`, too. */
function typeIn(data: string): string {
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === 'string' ? type : '';
  } catch {
    return '';
  }
}
