/** What `debug` tells of a request: its headers with the credentials masked, and the shape of its body, never a text of it. */
import type { LogFields } from '../observability/logger.ts';
import type { Exchange } from './exchange.ts';

const CREDENTIALS = new Set(['authorization', 'x-api-key', 'proxy-authorization', 'cookie']);
const MAX_DESCRIBED_BYTES = 1024 * 1024;
const MAX_DEPTH = 4;
const MAX_ITEMS = 20;

/** Costly: only called when somebody wants to read it, and before the headers are cleaned. */
export function describeRequest({ id, req, body }: Exchange): LogFields {
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, CREDENTIALS.has(name) ? '[masked]' : value]),
  );
  return {
    request: id,
    headers,
    body: body.byteLength > MAX_DESCRIBED_BYTES ? `${body.byteLength} bytes` : shapeOfBody(body.chunks as Buffer[]),
  };
}

function shapeOfBody(chunks: Buffer[]): unknown {
  const text = Buffer.concat(chunks);
  if (text.length === 0) return 'empty';
  try {
    return shapeOf(JSON.parse(text.toString('utf8')), 0);
  } catch {
    return `${text.length} bytes, not JSON`;
  }
}

/** Names, types and lengths. */
function shapeOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return `text of ${value.length}`;
  if (typeof value !== 'object' || value === null) return typeof value;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? `list of ${value.length}` : 'object';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => shapeOf(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner, depth + 1)]));
}
