/**
 * Finds the model and the user id in a JSON body without parsing it: a scan of the top level that skips nested values and stops as
 * soon as it has what it wants. Anything odd reads as "not there": the upstream, not Headgate, judges bodies.
 */
import type { RequestBody } from './hop.ts';

export interface BodyClues {
  readonly model: string | null;
  /** `metadata.user_id` */
  readonly userId: string | null;
}

/** Bodies are looked into up to here; the model stands at the start, `metadata` somewhere behind the messages. */
const MAX_SCANNED_BYTES = 2 * 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

/** `wantUserId`: go on behind the model until the metadata, which costs a scan of the whole body. */
export function scanBody(body: RequestBody, wantUserId: boolean): BodyClues {
  const [first] = body.chunks;
  if (!first) return { model: null, userId: null };
  const early = scanTopLevel(first, wantUserId);
  const done = early.model !== null && (!wantUserId || early.userId !== null);
  if (done || body.chunks.length === 1 || body.byteLength > MAX_SCANNED_BYTES) return early;
  return scanTopLevel(Buffer.concat(body.chunks as Buffer[]), wantUserId);
}

function scanTopLevel(text: Buffer, wantUserId: boolean): BodyClues {
  let model: string | null = null;
  let userId: string | null = null;
  eachMember(text, skipSpace(text, 0), (key, at) => {
    if (key === 'model') model = stringAt(text, at);
    if (key === 'metadata' && wantUserId) {
      eachMember(text, at, (inner, innerAt) => {
        if (inner === 'user_id') userId = stringAt(text, innerAt);
        return userId === null;
      });
    }
    return model === null || (wantUserId && userId === null);
  });
  return { model, userId };
}

/** Calls `visit(key, start of value)` for every member of the object at `at`, until it returns false or the object ends. */
function eachMember(text: Buffer, at: number, visit: (key: string, valueAt: number) => boolean): void {
  if (text[at] !== OPEN) return;
  let position = skipSpace(text, at + 1);
  while (text[position] === QUOTE) {
    const keyEnd = endOfString(text, position);
    const colon = skipSpace(text, keyEnd);
    if (keyEnd < 0 || text[colon] !== COLON) return;
    const valueAt = skipSpace(text, colon + 1);
    if (!visit(text.toString('latin1', position + 1, keyEnd - 1), valueAt)) return;
    const valueEnd = endOfValue(text, valueAt);
    if (valueEnd < 0) return;
    position = skipSpace(text, valueEnd);
    if (text[position] !== COMMA) return;
    position = skipSpace(text, position + 1);
  }
}

function stringAt(text: Buffer, at: number): string | null {
  const end = text[at] === QUOTE ? endOfString(text, at) : -1;
  if (end < 0 || end - at > 4096) return null;
  try {
    const value: unknown = JSON.parse(text.toString('utf8', at, end));
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function skipSpace(text: Buffer, at: number): number {
  let position = at;
  while (text[position] === 0x20 || text[position] === 0x0a || text[position] === 0x0d || text[position] === 0x09) position += 1;
  return position;
}

/** The position behind the closing quote, or -1. `at` is the opening quote. */
function endOfString(text: Buffer, at: number): number {
  let quote = text.indexOf(QUOTE, at + 1);
  while (quote >= 0) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf(QUOTE, quote + 1);
  }
  return -1;
}

/** The position behind the value at `at`, or -1 when it does not end. */
function endOfValue(text: Buffer, at: number): number {
  const first = text[at];
  if (first === QUOTE) return endOfString(text, at);
  if (first !== OPEN && first !== OPEN_LIST) return endOfScalar(text, at);
  let depth = 0;
  for (let position = at; position < text.length; position += 1) {
    const byte = text[position];
    if (byte === QUOTE) {
      const end = endOfString(text, position);
      if (end < 0) return -1;
      position = end - 1;
    } else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return -1;
}

function endOfScalar(text: Buffer, at: number): number {
  let position = at;
  while (position < text.length && text[position] !== COMMA && text[position] !== CLOSE && text[position] !== CLOSE_LIST)
    position += 1;
  return position < text.length && position > at ? position : -1;
}
