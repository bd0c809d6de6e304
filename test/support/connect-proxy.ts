/** A proxy that knows CONNECT, and leads every host to servers on this machine. */
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  readonly url: string;
  /** `host:port` of each tunnel that was asked for, in order. */
  readonly asked: readonly string[];
  /** What came with it in `Proxy-Authorization`, and with no tunnel anything else of the client's. */
  readonly heads: readonly IncomingMessage['headers'][];
  close(): Promise<void>;
}

/**
 * @param ports where each host is really found, by its name
 * @param answer what the proxy says to each tunnel; `null`: nothing at all
 */
export async function connectProxy(
  ports: Readonly<Record<string, number>>,
  answer: string | null = '200 Connection Established',
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const heads: IncomingMessage['headers'][] = [];
  const open = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => open.add(socket));
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    asked.push(url);
    heads.push(headers);
    socket.on('error', () => undefined);
    if (answer === null) return;
    const port = ports[url.split(':')[0] ?? ''];
    if (!answer.startsWith('200') || port === undefined) return void socket.end(`HTTP/1.1 ${answer}\r\n\r\n`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write(`HTTP/1.1 ${answer}\r\n\r\n`);
      socket.pipe(onward).pipe(socket);
    });
    open.add(onward);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    heads,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
