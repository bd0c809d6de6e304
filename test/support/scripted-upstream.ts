/** An upstream on a bare socket: each test says which bytes it answers with, when, and how the connection ends. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** In wire order, names as they came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Serial number of the connection, from 1. */
  readonly connection: number;
  /** Which request on its connection, from 1. */
  readonly nth: number;
  /** All values of a name, in any case. */
  all(name: string): readonly string[];
}

export interface ScriptOptions {
  readonly tls?: TlsOptions;
  /** Called when a head is complete and its body is not: returns true when it has answered, and nothing more is read. */
  readonly onHead?: (head: string, socket: Socket) => boolean;
}

export interface ScriptedUpstream {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Connections that were ever made. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** Resolves when `condition` holds; looks again at every request, connection and close. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export type Script = (socket: Socket, request: SeenRequest) => void;

/** Answers every complete request by the script. */
export async function scriptedUpstream(script: Script, { tls, onHead }: ScriptOptions = {}): Promise<ScriptedUpstream> {
  const seen: SeenRequest[] = [];
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  const changed = () => {
    for (const look of [...waiting]) look();
  };

  const serve = (socket: Socket) => {
    connections += 1;
    open.add(socket);
    const connection = connections;
    let unread: Buffer = Buffer.alloc(0);
    let nth = 0;
    let deaf = false;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      changed();
    });
    socket.on('data', (chunk) => {
      if (deaf) return;
      unread = Buffer.concat([unread, chunk]);
      for (let parsed = parse(unread, connection, nth + 1); parsed; parsed = parse(unread, connection, nth + 1)) {
        nth += 1;
        unread = parsed.rest;
        seen.push(parsed.request);
        script(socket, parsed.request);
        changed();
      }
      const headEnd = unread.indexOf('\r\n\r\n');
      if (headEnd < 0 || !onHead?.(unread.toString('latin1', 0, headEnd), socket)) return;
      deaf = true;
      socket.pause();
    });
    changed();
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  if (tls) server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen,
    open,
    get connections() {
      return connections;
    },
    until(condition) {
      if (condition()) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      return promise;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** One complete request from the beginning of `bytes`; null while it is incomplete. */
function parse(bytes: Buffer, connection: number, nth: number): { request: SeenRequest; rest: Buffer } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [line = '', ...fields] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const headers = fields.map((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()] as const;
  });
  const all = (name: string) => headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const bodyFrom = headEnd + 4;
  const bodyEnd = bodyFrom + Number(all('content-length')[0] ?? 0);
  if (bytes.length < bodyEnd) return null;
  const request = { method, target, headers, body: bytes.subarray(bodyFrom, bodyEnd), connection, nth, all };
  return { request, rest: bytes.subarray(bodyEnd) };
}

/** The bytes of a reply; `content-length` is added unless the fields say how the body ends. */
export function reply(status: string, fields: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const framed = fields.some((field) => /^(content-length|transfer-encoding):/i.test(field));
  const all = framed ? fields : [...fields, `content-length: ${Buffer.byteLength(body)}`];
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\n${all.map((field) => `${field}\r\n`).join('')}\r\n`),
    Buffer.from(body),
  ]);
}

export const jsonReply = (status: string, value: unknown, fields: readonly string[] = []): Buffer =>
  reply(status, ['content-type: application/json', ...fields], JSON.stringify(value));

/** One chunk of a chunked body (RFC 9112 section 7.1). */
export const chunk = (data: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(data).toString(16)}\r\n`), Buffer.from(data), Buffer.from('\r\n')]);

export const LAST_CHUNK = '0\r\n\r\n';

/** The head of an event stream. */
export const streamHead = (...fields: readonly string[]): Buffer =>
  reply('200 OK', ['content-type: text/event-stream; charset=utf-8', 'transfer-encoding: chunked', ...fields]);

export const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
