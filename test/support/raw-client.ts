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

/** Sends `bytes` and reads until the server closes the connection, or until `enough` is content. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  let reset = false;
  socket.setEncoding('latin1');
  socket.on('error', () => {
    reset = true;
  });
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (enough(text)) socket.end();
  });
  await once(socket, 'connect');
  socket.write(bytes);
  await once(socket, 'close');
  return { text, status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), reset };
}

/** A request with exactly these header lines. */
export const rawRequest = (line: string, headers: readonly string[], body = ''): string =>
  `${line}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
