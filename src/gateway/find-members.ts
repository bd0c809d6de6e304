/**
 * Finds members of a JSON object's top level in bytes that come in pieces, without parsing the rest, without joining the pieces and
 * without looking further than needed. Strings are skipped by searching for their quote; nested values are counted out, so that a
 * key of the same name inside them is no decoy. Of a repeated name the first counts: the price of stopping early.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** A longer key than this is none that anybody asks for. */
const MAX_KEY_BYTES = 128;

type Phase =
  | 'start'
  | 'first_key'
  | 'key'
  | 'in_key'
  | 'colon'
  | 'value'
  | 'in_string'
  | 'in_nested'
  | 'in_scalar'
  | 'after'
  | 'over';

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

export class MemberFinder {
  readonly #wanted: Set<string>;
  readonly #maxValueBytes: number;
  readonly #values = new Map<string, unknown>();
  #phase: Phase = 'start';
  #key = '';
  /** Open brackets within a nested value. */
  #depth = 0;
  /** Within a nested value: inside a string? */
  #quoted = false;
  /** The next byte of the string is escaped: the backslash was the last byte of the piece before. */
  #escaped = false;
  /** What is being kept, from earlier pieces; null while nothing is. */
  #kept: Buffer[] | null = null;
  #keptBytes = 0;
  /** Where in the current piece the keeping begins. */
  #keepFrom = 0;

  /** `maxValueBytes` bounds each value that is kept; a longer one counts as not there. */
  constructor(wanted: readonly string[], maxValueBytes: number) {
    this.#wanted = new Set(wanted);
    this.#maxValueBytes = maxValueBytes;
  }

  /** Nothing more is to be found: all is there, the object is over, or the text is no JSON object. */
  get done(): boolean {
    return this.#phase === 'over';
  }

  /** The parsed value; undefined while it was not found. */
  value(name: string): unknown {
    return this.#values.get(name);
  }

  /** Takes the next bytes. Costs nothing once `done`. */
  see(piece: Buffer): void {
    this.#keepFrom = 0;
    let at = 0;
    while (at < piece.length && this.#phase !== 'over') at = this.#step(piece, at);
    if (this.#kept) this.#keep(piece.subarray(this.#keepFrom));
  }

  /** Reads on at `at`; returns the position behind what was read, at least `at`; the phase moves on when it returns `at` itself. */
  #step(piece: Buffer, at: number): number {
    switch (this.#phase) {
      case 'in_key':
        return this.#readKey(piece, at);
      case 'in_string':
        return this.#readString(piece, at);
      case 'in_nested':
        return this.#readNested(piece, at);
      case 'in_scalar':
        return this.#readScalar(piece, at);
      case 'over':
        return piece.length;
      default:
        return isSpace(piece[at]) ? at + 1 : this.#readMark(piece[at] ?? 0, at);
    }
  }

  /** A byte between keys and values: brackets, colon, comma, or the first byte of a key or value. */
  #readMark(byte: number, at: number): number {
    switch (this.#phase) {
      case 'start':
        return this.#go(byte === OPEN_OBJECT ? 'first_key' : 'over', at + 1);
      case 'first_key':
      case 'key':
        if (byte === QUOTE) this.#beginKeeping(at);
        return this.#go(byte === QUOTE ? 'in_key' : 'over', at + 1);
      case 'colon':
        return this.#go(byte === COLON ? 'value' : 'over', at + 1);
      case 'value':
        return this.#beginValue(byte, at);
      default:
        return this.#go(byte === COMMA ? 'key' : 'over', at + 1);
    }
  }

  #beginValue(byte: number, at: number): number {
    if (this.#wanted.has(this.#key)) this.#beginKeeping(at);
    if (byte === QUOTE) return this.#go('in_string', at + 1);
    if (byte === COMMA || byte === CLOSE_OBJECT) return this.#go('over', at);
    if (byte !== OPEN_OBJECT && byte !== OPEN_LIST) return this.#go('in_scalar', at);
    this.#depth = 1;
    this.#quoted = false;
    return this.#go('in_nested', at + 1);
  }

  #readKey(piece: Buffer, at: number): number {
    const end = this.#endOfString(piece, at);
    if (end < 0) return piece.length;
    this.#key = this.#endKey(piece, end);
    return this.#go('colon', end);
  }

  #readString(piece: Buffer, at: number): number {
    const end = this.#endOfString(piece, at);
    return end < 0 ? piece.length : this.#endValue(piece, end);
  }

  #readNested(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length) {
      if (this.#quoted) {
        at = this.#endOfString(piece, at);
        if (at < 0) return piece.length;
        this.#quoted = false;
        continue;
      }
      const byte = piece[at];
      at += 1;
      if (byte === QUOTE) this.#quoted = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
        if (this.#depth === 0) return this.#endValue(piece, at);
      }
    }
    return piece.length;
  }

  #readScalar(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte === COMMA || byte === CLOSE_OBJECT || isSpace(byte)) return this.#endValue(piece, at);
    }
    return piece.length;
  }

  #endValue(piece: Buffer, end: number): number {
    if (!this.#kept) return this.#go('after', end);
    this.#values.set(this.#key, parse(this.#endKeeping(piece, end, this.#maxValueBytes)));
    this.#wanted.delete(this.#key);
    return this.#go(this.#wanted.size === 0 ? 'over' : 'after', end);
  }

  /** The position behind the closing quote, or -1 when the string goes on in the next piece. */
  #endOfString(piece: Buffer, from: number): number {
    let at = from;
    if (this.#escaped && at < piece.length) {
      this.#escaped = false;
      at += 1;
    }
    for (;;) {
      const quote = piece.indexOf(QUOTE, at);
      const end = quote < 0 ? piece.length : quote;
      let slashes = 0;
      while (end - slashes > at && piece[end - 1 - slashes] === BACKSLASH) slashes += 1;
      const isEscaped = slashes % 2 === 1;
      if (quote < 0) {
        this.#escaped = isEscaped;
        return -1;
      }
      if (!isEscaped) return quote + 1;
      at = quote + 1;
    }
  }

  #go(phase: Phase, at: number): number {
    this.#phase = phase;
    return at;
  }

  #beginKeeping(at: number): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#keepFrom = at;
  }

  /** Counts all, but stores no more than could be wanted. */
  #keep(bytes: Buffer): void {
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= Math.max(this.#maxValueBytes, MAX_KEY_BYTES)) this.#kept?.push(bytes);
  }

  /** The text from where the keeping began, quotes and all; null when it is too long. */
  #endKeeping(piece: Buffer, end: number, maxBytes: number): string | null {
    const earlier = this.#kept ?? [];
    this.#kept = null;
    if (this.#keptBytes + end - this.#keepFrom > maxBytes) return null;
    if (earlier.length === 0) return piece.toString('utf8', this.#keepFrom, end);
    return Buffer.concat([...earlier, piece.subarray(this.#keepFrom, end)]).toString('utf8');
  }

  #endKey(piece: Buffer, end: number): string {
    const text = this.#endKeeping(piece, end, MAX_KEY_BYTES) ?? '""';
    if (!text.includes('\\')) return text.slice(1, -1);
    const key = parse(text);
    return typeof key === 'string' ? key : '';
  }
}

/** Undefined for what is no JSON, and for what was too long to keep. */
function parse(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
