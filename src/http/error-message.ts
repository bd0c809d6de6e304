/** An error as the bytes of a whole reply, for connections that have no response object. */
import { STATUS_CODES } from 'node:http';
import { errorBody, type GatewayError, headersOf } from '../gateway/errors.ts';

/** Ends the connection: what else came on it cannot be told apart any more (RFC 9112 section 11.2). */
export function errorMessage(error: GatewayError, requestId: string): string {
  const body = JSON.stringify(errorBody(error, requestId));
  const fields = { ...headersOf(error, requestId), 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
