/** The little that both sides of the simulator need of HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Several values make several fields. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** @throws Error for more than 64 MiB, or when the client goes away */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large for the simulator');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `body`: text as it stands, anything else as JSON. */
export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Headers = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  writeHead(res, status, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers });
  res.end(text);
}

export function writeHead(res: ServerResponse, status: number, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.writeHead(status);
}

/** The shape of every error of the API. */
export const errorBody = (type: string, message: string, requestId: string, details?: object) => ({
  type: 'error',
  error: { type, message, ...(details ? { details } : {}) },
  request_id: requestId,
});

/** Null: not a JSON object. */
export function parseJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Cuts the connection so that the other side sees a reset. */
export function reset(res: ServerResponse): void {
  res.socket?.resetAndDestroy();
}
