/** The server under Express: bounds on slow and malformed clients, and the key before `100 Continue`. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorBody } from '../gateway/errors.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Answers and returns false when the request must not even send its body. */
  readonly mayContinue: (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;
}

const SECOND = 1000;
const MAX_HEADERS = 200;

/** Resolves when the address is bound. Rejects with the system's error when it is not to be had. */
export async function listen(app: RequestListener, { host, port, mayContinue }: ListenOptions): Promise<Server> {
  const server = createServer({
    maxHeaderSize: 32 * 1024,
    headersTimeout: 15 * SECOND,
    requestTimeout: 300 * SECOND,
    keepAliveTimeout: 75 * SECOND,
    connectionsCheckingInterval: 5 * SECOND,
    noDelay: true,
  });
  server.maxHeadersCount = MAX_HEADERS;
  server.on('request', app);
  server.on('checkContinue', (req, res) => {
    void mayContinue(req, res).then((may) => {
      if (!may) return;
      res.writeContinue();
      app(req, res);
    });
  });
  server.on('clientError', answerClientError);
  server.on('upgrade', (_req, socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => resolve());
  await promise;
  server.off('error', reject);
  return server;
}

const ANSWERS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The request headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large', 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time.'],
};

/** What the parser refuses never reaches Express; it still deserves an answer in the usual shape. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = ANSWERS[error.code ?? ''] ?? [400, 'Bad Request', 'The request is malformed.'];
  const body = JSON.stringify(
    errorBody({ type: status === 413 ? 'request_too_large' : 'invalid_request_error', message }, 'hgr_unparsed'),
  );
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
