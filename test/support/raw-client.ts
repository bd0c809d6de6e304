/** Sends exact bytes and keeps exact bytes: what HTTP libraries would tidy up is what these tests are about. */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawReply {
  /** Everything that came, as latin1 text. */
  readonly text: string;
  readonly status: number;
  /** The connection was closed without an orderly end of the body, or reset. */
  readonly reset: boolean;
}

/** A connection that stays open until one side closes it. */
export interface RawConnection {
  send(bytes: string | Buffer): void;
  /** Everything that came so far, as soon as `enough` is content with it. Rejects with it when the connection closes before. */
  until(enough: (text: string) => boolean): Promise<string>;
  readonly closed: Promise<RawReply>;
  /** Sends nothing more. */
  end(): void;
}

/** `keepsOpen`: does not close its end when the server closes its own. */
export async function openRaw(url: string, { keepsOpen = false } = {}): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port), allowHalfOpen: keepsOpen });
  let text = '';
  let reset = false;
  let look = (): void => undefined;
  socket.setEncoding('latin1');
  socket.on('error', () => {
    reset = true;
  });
  socket.on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  // Not by once(), which would take a reset for a failure: here it is a result.
  const closed = new Promise<RawReply>((resolve) => {
    socket.once('close', () => resolve({ text, reset, status: statusIn(text) }));
  });
  await once(socket, 'connect');
  return {
    send: (bytes) => void socket.write(bytes),
    until(enough) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      look = () => {
        if (enough(text)) resolve(text);
      };
      look();
      void closed.then(() => reject(new Error(`closed after: ${text}`)));
      return promise;
    },
    closed,
    end: () => void socket.end(),
  };
}

const statusIn = (text: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);

/** Sends `bytes` and reads until the server closes the connection, or until `enough` is content. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<RawReply> {
  const connection = await openRaw(url);
  connection.send(bytes);
  connection.until(enough).then(connection.end, () => undefined);
  return connection.closed;
}

/** A request with exactly these header lines. */
export const rawRequest = (line: string, headers: readonly string[], body = ''): string =>
  `${line}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;

export interface ReadReply {
  readonly status: number;
  /** Names in lower case; the last of several. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The one reply that the text holds; its body as it came, framing included. */
export function readReply(text: string): ReadReply {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const fields = head.split('\r\n').slice(1);
  const headers = Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]),
  );
  return { status: statusIn(text), headers, body: rest.join('\r\n\r\n') };
}
