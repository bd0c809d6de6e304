/** Reads the token usage out of bytes that pass by anyway. Looks, never delays, never alters, never throws. */
import { mergeUsage, type UsageBlock } from '../core/usage.ts';

export interface UsageObserver {
  see(chunk: Buffer): void;
  /** What has been seen by now; null when nothing was said about tokens. */
  usage(): UsageBlock | null;
}

/** A longer line than this carries no usage: it is content. */
const MAX_LINE_BYTES = 64 * 1024;
/** JSON replies beyond this are not parsed for their usage. */
const MAX_JSON_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * Watches an event stream. Only lines of the two events that carry usage are parsed; all others cost one byte search, whatever
 * way the bytes are cut into chunks.
 */
export function observeStream(): UsageObserver {
  let usage: UsageBlock | null = null;
  let carried: Buffer | null = null;
  let inLongLine = false;

  function readLines(lines: Buffer): void {
    if (!lines.includes('"message_start"') && !lines.includes('"message_delta"')) return;
    for (const line of lines.toString('utf8').split('\n')) {
      if (!line.startsWith('data:') || !/"message_(start|delta)"/.test(line)) continue;
      const event = parse(line.slice('data:'.length)) as {
        type?: unknown;
        usage?: unknown;
        message?: { usage?: unknown };
      } | null;
      if (event?.type === 'message_start') usage = mergeUsage(usage, event.message?.usage);
      if (event?.type === 'message_delta') usage = mergeUsage(usage, event.usage);
    }
  }

  return {
    see(chunk) {
      const last = chunk.lastIndexOf(NEWLINE);
      if (last >= 0) {
        const from = inLongLine ? chunk.indexOf(NEWLINE) + 1 : 0;
        const whole = chunk.subarray(from, last + 1);
        readLines(carried ? Buffer.concat([carried, whole]) : whole);
        carried = null;
        inLongLine = false;
      }
      if (inLongLine || last === chunk.length - 1) return;
      const rest = chunk.subarray(last + 1);
      carried = carried ? Buffer.concat([carried, rest]) : rest;
      if (carried.length > MAX_LINE_BYTES) {
        carried = null;
        inLongLine = true;
      }
    },
    usage: () => usage,
  };
}

/** Watches a JSON reply: parsed once it is complete, when it is small enough to be worth it. */
export function observeJson(): UsageObserver {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    see(chunk) {
      bytes += chunk.length;
      if (bytes <= MAX_JSON_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    },
    usage() {
      const [first] = chunks;
      if (!first || bytes > MAX_JSON_BYTES) return null;
      const whole = chunks.length === 1 ? first : Buffer.concat(chunks);
      if (!whole.includes('"usage"')) return null;
      return mergeUsage(null, (parse(whole.toString('utf8')) as { usage?: unknown } | null)?.usage);
    },
  };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
