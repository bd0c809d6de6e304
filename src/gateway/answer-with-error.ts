/** The one place where an error becomes a response to a client of the Claude API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody, GatewayError, headersOf, internalError } from './errors.ts';

/** Time that a client has to read its answer before an unread upload is cut off. */
const LINGER_MS = 1000;

/** What the client is told: the error itself when it was made for it, a general one for anything else. */
export const asGatewayError = (error: unknown): GatewayError => (error instanceof GatewayError ? error : internalError());

/** Answers with the error; once a reply has begun it is too late for words, and the connection is cut. */
export function answerWithError(req: IncomingMessage, res: ServerResponse, error: GatewayError, requestId: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify(errorBody(error, requestId));
  res.statusCode = error.status;
  for (const [name, value] of Object.entries(headersOf(error, requestId))) res.setHeader(name, value);
  res.setHeader('content-length', Buffer.byteLength(body));
  if (!req.complete) endUpload(req, res);
  res.end(body);
}

/** Nobody will read the rest of this body: says so, and closes the connection once the answer had time to arrive. */
function endUpload(req: IncomingMessage, res: ServerResponse): void {
  res.setHeader('connection', 'close');
  req.resume();
  res.once('finish', () => {
    setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
  });
}
