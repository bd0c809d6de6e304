/** Reads the token usage out of bytes that pass by anyway. Looks, never delays, never alters, never throws. */
import { mergeUsage, type UsageBlock } from '../core/usage.ts';
import { MemberFinder } from './find-members.ts';

export interface UsageObserver {
  see(chunk: Buffer): void;
  /** What has been seen by now; null when nothing was said about tokens. */
  usage(): UsageBlock | null;
  /** A message has begun, and neither its last event nor an error was seen: whatever says that this is the end, it is not. */
  isUnfinished(): boolean;
}

/** A longer line than this carries no usage: it is content. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_USAGE_BYTES = 16 * 1024;
const NEWLINE = 0x0a;
const START = Buffer.from('"message_start"');
const DELTA = Buffer.from('"message_delta"');
const STOP = Buffer.from('"message_stop"');
/** Taken for the end wherever it stands: better an unfinished message that looks complete than a complete one that is cut. */
const ERROR = Buffer.from('"error"');
/** Inside a JSON string these words would have escaped quotes, so that content cannot be taken for an event. */
const DATA = 'data:';

/**
 * Watches an event stream. Only lines of the two events that carry usage are parsed; all others cost one byte search, whatever
 * way the bytes are cut into chunks.
 */
export function observeStream(): UsageObserver {
  let usage: UsageBlock | null = null;
  let started = false;
  let ended = false;
  let carried: Buffer[] = [];
  let carriedBytes = 0;

  /** `lines` ends with a newline. */
  function readLines(lines: Buffer): void {
    if (!started) readLinesWith(START, lines);
    readLinesWith(DELTA, lines);
    ended ||= endsIn(lines);
  }

  function readLinesWith(word: Buffer, lines: Buffer): void {
    let at = lines.indexOf(word);
    while (at >= 0) {
      const end = lines.indexOf(NEWLINE, at);
      readLine(lines.toString('utf8', lines.lastIndexOf(NEWLINE, at) + 1, end));
      at = lines.indexOf(word, end);
    }
  }

  function readLine(line: string): void {
    if (!line.startsWith(DATA)) return;
    const event = parseEvent(line.slice(DATA.length));
    if (event?.type === 'message_start') {
      started = true;
      usage = mergeUsage(usage, event.message?.usage);
    }
    if (event?.type === 'message_delta') usage = mergeUsage(usage, event.usage);
  }

  function carry(rest: Buffer): void {
    carriedBytes += rest.length;
    if (carriedBytes > MAX_LINE_BYTES) carried = [];
    else if (rest.length > 0) carried.push(rest);
  }

  return {
    see(chunk) {
      const first = carriedBytes === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
      if (first > 0) {
        if (carriedBytes <= MAX_LINE_BYTES) readLines(Buffer.concat([...carried, chunk.subarray(0, first)]));
        carried = [];
        carriedBytes = 0;
      }
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > first) readLines(chunk.subarray(first, end));
      carry(chunk.subarray(Math.max(end, first)));
    },
    usage: () => usage,
    isUnfinished: () => started && !ended && !endsIn(Buffer.concat(carried)),
  };
}

const endsIn = (bytes: Buffer): boolean => bytes.includes(STOP) || bytes.includes(ERROR);

interface UsageEvent {
  readonly type?: unknown;
  readonly usage?: unknown;
  readonly message?: { readonly usage?: unknown } | null;
}

function parseEvent(text: string): UsageEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Watches a JSON reply: the scan skips its content and keeps nothing but the `usage` member, however large the reply is. */
export function observeJson(): UsageObserver {
  const finder = new MemberFinder(['usage'], MAX_USAGE_BYTES);
  return {
    see: (chunk) => finder.see(chunk),
    usage: () => mergeUsage(null, finder.value('usage')),
    isUnfinished: () => false,
  };
}

/** For bytes that cannot be read in passing. */
export const observeNothing: UsageObserver = { see: () => undefined, usage: () => null, isUnfinished: () => false };
