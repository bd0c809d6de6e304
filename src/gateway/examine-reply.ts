/** Turns the head and the first bytes of a reply into facts for the judge. */
import type { IncomingMessage } from 'node:http';
import type { HeaderBag } from '../core/rate-limit-headers.ts';
import { type ReplyFacts, statusOfErrorType } from '../core/reply-facts.ts';
import type { DurationMs } from '../core/time.ts';
import { FirstEventReader } from './first-event.ts';
import { HeldReply, type HoldBounds } from './held-reply.ts';
import { isCompressed, readError } from './read-error.ts';

/** A reply is held back no longer than this, whatever it is about. */
const BOUNDS: HoldBounds = { maxBytes: 64 * 1024, maxMs: 2000 };

export type Examined =
  | { readonly kind: 'reply'; readonly held: HeldReply; readonly facts: ReplyFacts; readonly streamed: boolean }
  /** The connection broke while the reply was held: there is a head, but nothing to go by. */
  | { readonly kind: 'broken' };

/**
 * Errors are read up to 64 KiB or 2 s. An event stream is held until its first event other than a ping, within the same bounds, so
 * that an error there can still lead to another account. Promised JSON is held until its first byte, at most `jsonWaitMs`, so that
 * an empty reply is noticed. Never rejects.
 */
export async function examineReply(message: IncomingMessage, promisesJson: boolean, jsonWaitMs: DurationMs): Promise<Examined> {
  const status = message.statusCode ?? 0;
  // Nothing below 200 ends a request, and no server can send on what is beyond three digits (RFC 9110 section 15).
  if (status < 200 || status > 999) return { kind: 'broken' };
  const held = new HeldReply(message);
  const type = (message.headers['content-type'] ?? '').toLowerCase();
  const streamed = type.startsWith('text/event-stream');
  if (status >= 400) return examineError(held);
  if (status >= 300) return asItIs(held, false);
  if (streamed) return isCompressed(message) ? asItIs(held, true) : examineStream(held);
  if (!promisesJson) return asItIs(held, false);
  return type.includes('html') ? asItIs(held, false, { body: 'missing' }) : examineJson(held, jsonWaitMs);
}

const asItIs = (held: HeldReply, streamed: boolean, over: Partial<ReplyFacts> = {}): Examined => ({
  kind: 'reply',
  held,
  streamed,
  facts: {
    status: held.message.statusCode ?? 0,
    headers: held.message.headers as HeaderBag,
    errorType: null,
    message: '',
    body: 'as_promised',
    ...over,
  },
});

/** Status and headers already say what the upstream thinks: a body that breaks off takes nothing away from that. */
async function examineError(held: HeldReply): Promise<Examined> {
  await held.hold(() => false, BOUNDS);
  return asItIs(held, false, readError(held.bytes(), held.message));
}

async function examineStream(held: HeldReply): Promise<Examined> {
  const reader = new FirstEventReader();
  const end = await held.hold((chunk) => reader.see(chunk), BOUNDS);
  if (end === 'broken') return { kind: 'broken' };
  if (end === 'ended' && held.byteLength === 0) return asItIs(held, true, { body: 'missing' });
  const event = reader.found;
  if (event?.name !== 'error') return asItIs(held, true);
  const { errorType, message } = readError(Buffer.from(event.data), null);
  return asItIs(held, true, { status: statusOfErrorType(errorType), errorType, message });
}

async function examineJson(held: HeldReply, jsonWaitMs: DurationMs): Promise<Examined> {
  const end = await held.hold(() => true, { maxBytes: 1, maxMs: jsonWaitMs });
  if (end === 'broken') return { kind: 'broken' };
  return asItIs(held, false, end === 'ended' ? { body: 'missing' } : {});
}
