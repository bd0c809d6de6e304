/** The one place where an error becomes a response to a client of the Claude API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurationMs } from '../core/time.ts';
import { errorBody, GatewayError, headersOf, internalError } from './errors.ts';

/**
 * Most clients send all of their body before they read the answer, and closing while bytes come in resets the connection, answer
 * included. So what nobody wants is read and thrown away, until the client is through, falls silent, or has had its time.
 */
const SILENCE_MS: DurationMs = 1000;
const LINGER_MS: DurationMs = 30_000;

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
  if (req.complete) res.end(body);
  else endUpload(req, res, body);
}

/** Answers, says that nothing more will follow, and reads on. Not by `end`, behind which the connection is closed whatever still comes. */
function endUpload(req: IncomingMessage, res: ServerResponse, body: string): void {
  res.setHeader('connection', 'close');
  // In one piece and at once: what comes next may be malformed, and end the connection.
  res.cork();
  res.flushHeaders();
  // An earlier reply on the connection has to be through before: this is called when it is, and the answer is on its way.
  res.write(body, () => {
    const { socket } = req;
    if (socket.destroyed || req.complete) return void res.end();
    socket.end();
    const close = () => socket.destroy();
    const silence = setTimeout(close, SILENCE_MS);
    const end = setTimeout(close, LINGER_MS);
    req.on('data', () => silence.refresh());
    req.once('end', () => res.end());
    socket.once('close', () => {
      clearTimeout(silence);
      clearTimeout(end);
    });
  });
  res.uncork();
  req.resume();
}
