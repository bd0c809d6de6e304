/** Turns the head and the first bytes of a reply into facts for the judge. */
import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { HeaderBag } from '../core/rate-limit-headers.ts';
import { type ReplyFacts, statusOfErrorType } from '../core/reply-facts.ts';
import type { DurationMs } from '../core/time.ts';
import { firstEvent } from './first-event.ts';
import { HeldReply } from './held-reply.ts';

const MAX_HELD_BYTES = 64 * 1024;
const MAX_HOLD_MS: DurationMs = 2000;
const BOUNDS = { maxBytes: MAX_HELD_BYTES, maxMs: MAX_HOLD_MS };
const MAX_MESSAGE_LENGTH = 500;

export type Examined =
  | { readonly kind: 'reply'; readonly held: HeldReply; readonly facts: ReplyFacts; readonly streamed: boolean }
  | { readonly kind: 'broken' };

/**
 * Errors are read up to 64 KiB or 2 s. An event stream is held until its first event other than a ping, so that an error there can
 * still lead to another account. JSON is held until its first byte, so that an empty reply is noticed. `bodyWait` null: no bound by time
 * other than the reply's own.
 */
export async function examineReply(message: IncomingMessage, promisesJson: boolean, jsonWaitMs: DurationMs): Promise<Examined> {
  const held = new HeldReply(message);
  const status = message.statusCode ?? 0;
  const type = message.headers['content-type'] ?? '';
  const streamed = type.startsWith('text/event-stream');
  if (status >= 400) return examineError(held, status);
  if (status >= 300 || message.headers['content-encoding'] !== undefined) return asPromised(held, streamed);
  if (streamed) return examineStream(held, status);
  return promisesJson ? examineJson(held, status, { isHtml: type.includes('html'), jsonWaitMs }) : asPromised(held, false);
}

const factsOf = (held: HeldReply, over: Partial<ReplyFacts> = {}): ReplyFacts => ({
  status: held.message.statusCode ?? 0,
  headers: held.message.headers as HeaderBag,
  errorType: null,
  message: '',
  body: 'as_promised',
  ...over,
});

const asPromised = (held: HeldReply, streamed: boolean): Examined => ({ kind: 'reply', held, facts: factsOf(held), streamed });

async function examineError(held: HeldReply, status: number): Promise<Examined> {
  const end = await held.hold(() => false, BOUNDS);
  if (end === 'broken') return { kind: 'broken' };
  const error = readError(decoded(held));
  return { kind: 'reply', held, facts: factsOf(held, { status, ...error }), streamed: false };
}

async function examineStream(held: HeldReply, status: number): Promise<Examined> {
  const end = await held.hold((reply) => firstEvent(reply.bytes()) !== null, BOUNDS);
  if (end === 'broken') return { kind: 'broken' };
  const event = firstEvent(held.bytes());
  if (event === null && end === 'ended' && held.held.byteLength === 0)
    return { kind: 'reply', held, facts: factsOf(held, { body: 'missing' }), streamed: true };
  if (event?.name !== 'error') return { kind: 'reply', held, facts: factsOf(held, { status }), streamed: true };
  const error = readError(event.data);
  return {
    kind: 'reply',
    held,
    facts: factsOf(held, { ...error, status: statusOfErrorType(error.errorType), body: 'as_promised' }),
    streamed: true,
  };
}

async function examineJson(
  held: HeldReply,
  status: number,
  { isHtml, jsonWaitMs }: { isHtml: boolean; jsonWaitMs: DurationMs },
): Promise<Examined> {
  if (isHtml) return { kind: 'reply', held, facts: factsOf(held, { status, body: 'missing' }), streamed: false };
  const end = await held.hold((reply) => reply.held.byteLength > 0, { maxBytes: 1, maxMs: jsonWaitMs });
  if (end === 'broken') return { kind: 'broken' };
  const body = end === 'ended' && held.held.byteLength === 0 ? 'missing' : 'as_promised';
  return { kind: 'reply', held, facts: factsOf(held, { status, body }), streamed: false };
}

/** An error's type and message, in the Claude API's shape or a flat one; `missing` for HTML, nothing, or what is no JSON object. */
function readError(text: string): Pick<ReplyFacts, 'errorType' | 'message' | 'body'> {
  const body = parseObject(text);
  if (body === null) return { errorType: null, message: '', body: 'missing' };
  const error = typeof body['error'] === 'object' && body['error'] !== null ? (body['error'] as Record<string, unknown>) : body;
  const type = error['type'];
  const message = error['message'];
  return {
    errorType: typeof type === 'string' ? type.slice(0, 100) : null,
    message: typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : '',
    body: 'as_promised',
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The held bytes as text; compressed ones decoded within the same bound, since some servers compress whatever was asked for. */
function decoded(held: HeldReply): string {
  const bytes = held.bytes();
  const options = { maxOutputLength: MAX_HELD_BYTES };
  try {
    switch (held.message.headers['content-encoding']) {
      case 'gzip':
        return gunzipSync(bytes, options).toString('utf8');
      case 'br':
        return brotliDecompressSync(bytes, options).toString('utf8');
      case 'deflate':
        return inflateSync(bytes, options).toString('utf8');
      default:
        return bytes.toString('utf8');
    }
  } catch {
    return '';
  }
}
