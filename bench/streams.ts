/** The client's side of event streams: opens many, times their events where these tell when they were sent, and leaves. */
import { connect, type Socket } from 'node:net';
import { instant } from './instant.ts';
import { type BenchRequest, type LoadTarget, requestBytes } from './requests.ts';

export interface StreamClient {
  readonly opened: number;
  readonly events: number;
  readonly bytes: number;
  /** Answered with something else than 200, or broken off. */
  readonly failures: readonly string[];
  /** From the request to the first byte of its answer, in milliseconds. */
  readonly firstByteMs: readonly number[];
  /** From each event's sending to its arrival, in milliseconds; emptied by whoever has read them. */
  readonly delaysMs: number[];
  open(): void;
  /** Stops reading, and goes on, on all connections. */
  pause(): void;
  resume(): void;
  /** Resolves when every connection is closed: by the other side where `leave` is not called first. */
  readonly closed: () => Promise<void>;
  leave(): void;
}

const EVENT = Buffer.from('event: ');
const END = Buffer.from('message_stop');

export interface StreamClientOptions {
  /** Read each event's instant, which costs this process time. */
  readonly timed?: boolean;
}

export function streamClient(
  target: LoadTarget,
  request: BenchRequest,
  { timed = false }: StreamClientOptions = {},
): StreamClient {
  const { hostname, port } = new URL(target.url);
  const sockets = new Set<Socket>();
  const failures: string[] = [];
  const firstByteMs: number[] = [];
  const delaysMs: number[] = [];
  let [opened, events, bytes, leaving, paused] = [0, 0, 0, false, false];
  let allClosed = Promise.withResolvers<void>();

  function see(chunk: Buffer, state: { sentAt: number; answered: boolean; ended: boolean }): void {
    const now = instant();
    bytes += chunk.length;
    if (!state.answered) {
      state.answered = true;
      firstByteMs.push(now - state.sentAt);
      const status = chunk.toString('latin1', 0, 12);
      if (status !== 'HTTP/1.1 200') failures.push(chunk.toString('latin1', 0, 200));
    }
    if (chunk.includes(END)) state.ended = true;
    if (timed) for (const [, at] of chunk.toString('latin1').matchAll(/"at":([\d.]+)/g)) delaysMs.push(now - Number(at));
    for (let at = chunk.indexOf(EVENT); at >= 0; at = chunk.indexOf(EVENT, at + EVENT.length)) events += 1;
  }

  function open(): void {
    opened += 1;
    const state = { sentAt: 0, answered: false, ended: false };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
      state.sentAt = instant();
      socket.write(requestBytes(target, request, `bench-stream-${opened}`));
    });
    if (sockets.size === 0) allClosed = Promise.withResolvers<void>();
    sockets.add(socket);
    if (paused) socket.pause();
    socket.on('data', (chunk) => {
      see(chunk, state);
      if (state.ended) socket.end();
    });
    socket.on('error', (error) => void failures.push(error.message));
    socket.on('close', () => {
      if (!state.ended && !leaving) failures.push('a stream broke off');
      sockets.delete(socket);
      if (sockets.size === 0) allClosed.resolve();
    });
  }

  return {
    get opened() {
      return opened;
    },
    get events() {
      return events;
    },
    get bytes() {
      return bytes;
    },
    failures,
    firstByteMs,
    delaysMs,
    open,
    pause() {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    closed: () => allClosed.promise,
    leave() {
      leaving = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Opens `count` streams at a steady rate; resolves when all are asked for. */
export async function openSteadily(client: StreamClient, count: number, perSecond: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = performance.now();
  let asked = 0;
  const clock = setInterval(() => {
    const due = Math.min(count, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    for (; asked < due; asked += 1) client.open();
    if (asked < count) return;
    clearInterval(clock);
    resolve();
  }, 5);
  await promise;
}
