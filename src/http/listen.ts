/** The server under Express: bounds on slow and malformed clients, the key before `100 Continue`, and its connections for the day it closes. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DurationMs } from '../core/time.ts';
import {
  chunkExtensionsTooLarge,
  type GatewayError,
  headersTooLarge,
  malformedFraming,
  requestTooSlow,
} from '../gateway/errors.ts';
import { newId } from '../new-id.ts';
import { errorMessage } from './error-message.ts';

/** How slow, how long and how many: what a client may cost before it has asked for anything. */
export interface ListenLimits {
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** From connecting, or from the first byte of a further request, to the end of its head. */
  readonly headersTimeoutMs: DurationMs;
  /** The same to the end of its body. */
  readonly requestTimeoutMs: DurationMs;
  readonly keepAliveTimeoutMs: DurationMs;
  /** How often the first two are looked at. */
  readonly checkEveryMs: DurationMs;
}

const SECOND: DurationMs = 1000;

export const LISTEN_LIMITS: ListenLimits = {
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  headersTimeoutMs: 15 * SECOND,
  requestTimeoutMs: 300 * SECOND,
  keepAliveTimeoutMs: 75 * SECOND,
  checkEveryMs: 5 * SECOND,
};

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** False when the request is going to be refused: it is then not asked for its body (RFC 9110 section 10.1.1). */
  readonly mayContinue: (req: IncomingMessage) => boolean;
  /** The parser, or a time limit, has refused what is no request yet. */
  readonly onRefused: (error: GatewayError, requestId: string) => void;
  readonly limits?: ListenLimits;
}

export interface Listening {
  readonly server: Server;
  /** Closes the connections on which not one byte was ever sent. Node counts them as busy. */
  closeSilent(): void;
  /** Closes every connection, whatever it is about. */
  closeAll(): void;
}

/** Resolves when the address is bound. Rejects with the system's error when it is not to be had. */
export async function listen(
  app: RequestListener,
  { host, port, mayContinue, onRefused, limits = LISTEN_LIMITS }: ListenOptions,
): Promise<Listening> {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // Node's own refusal has no body; the checks of every request say it in the usual shape.
    requireHostHeader: false,
    noDelay: true,
  });
  server.maxHeadersCount = limits.maxHeaders;
  const sockets = trackSockets(server);
  const replies = trackReplies();
  const handle: RequestListener = (req, res) => {
    // What follows a reply that closes its connection is no request, even if it looks like one (RFC 9112 section 9.6).
    if (replies.closing(req.socket)) return;
    replies.add(req.socket, res);
    app(req, res);
  };
  server.on('request', handle);
  server.on('checkContinue', (req, res) => {
    if (!replies.closing(req.socket) && mayContinue(req)) res.writeContinue();
    handle(req, res);
  });
  // Other expectations may be ignored (RFC 9110 section 10.1.1), and so may offers to upgrade, for which nobody listens here.
  server.on('checkExpectation', handle);
  const refuse = (socket: Duplex, error: GatewayError): void => {
    const id = newId('hgr');
    onRefused(error, id);
    lastWords(socket, errorMessage(error, id));
  };
  server.on('connect', (_req, socket) => refuse(socket, malformedFraming()));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writableEnded) return;
    if (error.code === 'ECONNRESET' || !socket.writable || replies.begun(socket)) socket.destroy();
    else refuse(socket, (ANSWERS[error.code ?? ''] ?? malformedFraming)());
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => resolve());
  await promise;
  server.off('error', reject);
  return { server, ...sockets };
}

function trackSockets(server: Server): Pick<Listening, 'closeSilent' | 'closeAll'> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    closeSilent() {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    },
    closeAll() {
      for (const socket of open) socket.destroy();
    },
  };
}

const closes = (res: ServerResponse): boolean => res.getHeader('connection') === 'close';

const NO_REPLIES: ReadonlySet<ServerResponse> = new Set();

/** Which connections are in the middle of a reply, inside of which no words of ours must land, and which have had their last. */
function trackReplies() {
  const running = new WeakMap<Socket, Set<ServerResponse>>();
  return {
    add(socket: Socket, res: ServerResponse): void {
      const replies = running.get(socket);
      if (!replies) running.set(socket, new Set([res]));
      else replies.add(res);
      res.once('close', () => {
        if (!closes(res)) running.get(socket)?.delete(res);
      });
    },
    closing(socket: Socket): boolean {
      for (const res of running.get(socket) ?? NO_REPLIES) if (closes(res)) return true;
      return false;
    },
    begun(socket: Socket): boolean {
      for (const { headersSent } of running.get(socket) ?? NO_REPLIES) if (headersSent) return true;
      return false;
    },
  };
}

const ANSWERS: Readonly<Record<string, () => GatewayError>> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: chunkExtensionsTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTooSlow,
};

/** Time that a client has to read its answer before its connection is cut: it may never close its own end. */
const LINGER_MS: DurationMs = 1000;

/** What the parser refuses never reaches Express; it still deserves an answer in the usual shape. */
function lastWords(socket: Duplex, words: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(words);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
