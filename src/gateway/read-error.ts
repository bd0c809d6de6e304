/** Reads an upstream's error: its type and message, from whatever shape the bytes have. */
import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { ReplyFacts } from '../core/reply-facts.ts';

export type ErrorFacts = Pick<ReplyFacts, 'errorType' | 'message' | 'body'>;

const MAX_TYPE_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 500;
/** Bounds what a few compressed kilobytes may become. */
const MAX_DECODED_BYTES = 256 * 1024;

/** The body's coding; null for plain bytes. */
const codingOf = ({ headers }: IncomingMessage): string | null => {
  const coding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  return coding === '' || coding === 'identity' ? null : coding;
};

/** Some servers compress whatever was asked for. */
export const isCompressed = (message: IncomingMessage): boolean => codingOf(message) !== null;

/**
 * Type and message in the Claude API's shape (`{"error":{"type","message"}}`) or a flat one; null and empty for anything else.
 * `missing` when it is HTML or nothing. `body` may be the beginning only; `message` null for bytes that came without a head.
 */
export function readError(body: Buffer, message: IncomingMessage | null): ErrorFacts {
  const text = message === null ? body.toString('utf8') : decode(body, codingOf(message));
  const isHtml = /^\s*</.test(text) || (message?.headers['content-type'] ?? '').toLowerCase().includes('html');
  const missing = body.byteLength === 0 || isHtml;
  const parsed = parseObject(text);
  const error = parsed === null ? {} : (asObject(parsed['error']) ?? parsed);
  return {
    errorType: textOf(error['type'])?.slice(0, MAX_TYPE_LENGTH) ?? null,
    message: textOf(error['message'])?.slice(0, MAX_MESSAGE_LENGTH) ?? '',
    body: missing ? 'missing' : 'as_promised',
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Empty when the bytes are not what their coding says. */
function decode(bytes: Buffer, coding: string | null): string {
  const options = { maxOutputLength: MAX_DECODED_BYTES };
  try {
    switch (coding) {
      case null:
        return bytes.toString('utf8');
      case 'gzip':
        return gunzipSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
      case 'deflate':
        return inflateSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
      case 'br':
        return brotliDecompressSync(bytes, options).toString('utf8');
      case 'zstd':
        return zstdDecompressSync(bytes, options).toString('utf8');
      default:
        return '';
    }
  } catch {
    return '';
  }
}
