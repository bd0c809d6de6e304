/** One connection on which requests go out as ready-made bytes and the ends of replies are counted in: cheap, so that the load is not what is measured. */
import { connect, type Socket } from 'node:net';

const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

export interface ConnectionEvents {
  onOpen(): void;
  /** A reply is complete. One is under way at a time. */
  onReply(): void;
  /** Once; with an error when a reply was not a 200 or the connection broke. */
  onClose(error: Error | null): void;
}

export interface Connection {
  send(bytes: Buffer): void;
  end(): void;
}

export function openConnection(url: string, events: ConnectionEvents): Connection {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let reply: Buffer = Buffer.alloc(0);
  let fault: Error | null = null;
  let ended = false;
  socket.on('connect', () => events.onOpen());
  socket.on('data', (chunk) => {
    reply = reply.length === 0 ? chunk : Buffer.concat([reply, chunk]);
    if (!isComplete(reply)) return;
    if (!reply.toString('latin1', 0, 12).startsWith('HTTP/1.1 200')) {
      socket.destroy(new Error(`a proxy answered ${reply.toString('latin1', 0, 300)}`));
      return;
    }
    reply = Buffer.alloc(0);
    events.onReply();
  });
  socket.on('error', (error) => {
    fault = error;
  });
  socket.on('close', () => events.onClose(fault ?? (ended ? null : new Error('a proxy closed a connection'))));
  return {
    send: (bytes) => void socket.write(bytes),
    end() {
      ended = true;
      socket.end();
    },
  };
}

/** One reply is under way at a time, so its end is the end of what has come. */
function isComplete(reply: Buffer): boolean {
  const headEnd = reply.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(reply.toString('latin1', 0, headEnd))?.[1];
  if (length !== undefined) return reply.length >= headEnd + HEAD_END.length + Number(length);
  return reply.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}
