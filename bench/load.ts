/** Sends one request after the other on a fixed number of connections, cheaply: ready-made bytes out, ends of replies counted in. */
import { connect, type Socket } from 'node:net';
import type { BenchCase } from './cases.ts';

export interface LoadTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/** Keeps `connections` busy for `durationMs`. @throws Error when a reply is not a 200 or a connection breaks. */
export async function load(target: LoadTarget, benchCase: BenchCase, connections: number, durationMs: number): Promise<number> {
  const until = performance.now() + durationMs;
  const { hostname, port } = new URL(target.url);
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, index) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      return keepBusy(socket, requestBytes(target, benchCase, `bench-${index}`), until);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** As Claude Code asks: every connection is a session of its own. */
function requestBytes({ url, headers }: LoadTarget, { path, body }: BenchCase, session: string): Buffer {
  const fields = {
    host: new URL(url).host,
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14',
    'user-agent': 'bench',
    'x-claude-code-session-id': session,
    accept: 'application/json',
    'content-length': String(body.length),
    ...headers,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`), body]);
}

/** Resolves with the number of replies. */
function keepBusy(socket: Socket, bytes: Buffer, until: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let replies = 0;
  let reply: Buffer = Buffer.alloc(0);
  socket.on('connect', () => socket.write(bytes));
  socket.on('data', (chunk) => {
    reply = reply.length === 0 ? chunk : Buffer.concat([reply, chunk]);
    if (!isComplete(reply)) return;
    if (!reply.toString('latin1', 0, 12).startsWith('HTTP/1.1 200')) {
      reject(new Error(`a proxy answered ${reply.toString('latin1', 0, 300)}`));
      socket.destroy();
      return;
    }
    replies += 1;
    reply = Buffer.alloc(0);
    if (performance.now() < until) socket.write(bytes);
    else socket.end();
  });
  socket.on('error', reject);
  socket.on('close', () => {
    if (performance.now() < until) reject(new Error('a proxy closed a connection'));
    resolve(replies);
  });
  return promise;
}

/** One reply is under way at a time, so its end is the end of what has come. */
function isComplete(reply: Buffer): boolean {
  const headEnd = reply.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(reply.toString('latin1', 0, headEnd))?.[1];
  if (length !== undefined) return reply.length >= headEnd + HEAD_END.length + Number(length);
  return reply.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}
