/** What happens to one outgoing request until its reply's head is there: deadlines, the client's leaving, and what a failure means. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { HopResult, HopTimeouts, RequestBody } from './hop.ts';

export type Failure = Exclude<HopResult['kind'], 'reply'>;

export class Attempt {
  /** Our own fields for the upstream. */
  readonly headers: Readonly<Record<string, string>>;
  /** Settles once: with the reply's head, or with how the attempt failed before one came. */
  readonly head: Promise<IncomingMessage | Failure>;
  readonly #resolve: (end: IncomingMessage | Failure) => void;
  readonly #connectMs: number;
  readonly #deadline: NodeJS.Timeout;
  #connecting: NodeJS.Timeout | undefined;
  #chunks: readonly Buffer[];
  #outgoing: ClientRequest | null = null;
  /** The connection is up, so that bytes may have left. */
  #connected = false;
  #bytesReadBefore = 0;
  #settled = false;

  /** The time for the reply's head runs from now on. */
  constructor(
    body: RequestBody,
    headers: Readonly<Record<string, string>>,
    { connectMs, responseMs }: Omit<HopTimeouts, 'streamIdleMs'>,
  ) {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage | Failure>();
    this.headers = headers;
    this.head = promise;
    this.#resolve = resolve;
    this.#connectMs = connectMs;
    this.#chunks = body.chunks;
    this.#deadline = setTimeout(() => this.abandon('no_reply_in_time'), responseMs);
  }

  /** What the library pipes into the request. A list of chunks, never joined: joining 500 KB costs half of the whole hop again. */
  readonly replay = {
    pipe: (outgoing: ClientRequest): ClientRequest => {
      const chunks = this.#chunks;
      // The library keeps this object as long as the reply lasts; the body need not stay with it.
      this.#chunks = [];
      outgoing.cork();
      for (const chunk of chunks) outgoing.write(chunk);
      outgoing.uncork();
      return outgoing.end();
    },
  };

  /** Limits the time until there is a socket: through a proxy that is only when the whole tunnel stands. */
  limitConnecting(): void {
    this.#connecting = setTimeout(() => this.abandon('not_sent'), this.#connectMs);
  }

  /** A socket was found for the request; nothing has been written yet. */
  begin(outgoing: ClientRequest): void {
    this.#outgoing = outgoing;
    clearTimeout(this.#connecting);
    // Some ends are no errors to the library: a switch of protocols that nobody asked for just closes.
    outgoing.once('close', () => this.fail());
    const { socket } = outgoing;
    if (this.#settled) outgoing.destroy();
    else if (socket?.connecting) this.#awaitConnection(outgoing, socket);
    else {
      this.#connected = true;
      this.#bytesReadBefore = socket?.bytesRead ?? 0;
    }
  }

  #awaitConnection(outgoing: ClientRequest, socket: Socket): void {
    const timer = setTimeout(() => outgoing.destroy(new Error('connect timeout')), this.#connectMs);
    const done = () => clearTimeout(timer);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      done();
    });
    socket.once('close', done);
  }

  /** Ends the attempt from this side. */
  abandon(failure: Failure): void {
    this.settle(failure);
    this.#outgoing?.destroy();
  }

  /** The library reports that it went wrong: nothing sent, an outdated pooled connection, or nobody knows. */
  fail(): void {
    if (this.#settled) return;
    if (!this.#connected) return this.settle('not_sent');
    const { reusedSocket, socket } = this.#outgoing ?? {};
    const silent = (socket?.bytesRead ?? 0) <= this.#bytesReadBefore;
    this.settle(reusedSocket && silent ? 'stale_socket' : 'broken');
  }

  settle(end: IncomingMessage | Failure): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#connecting);
    this.#resolve(end);
  }
}
