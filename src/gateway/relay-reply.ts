/** Streams a reply on to the client, byte for byte and as it comes, and says how that ended. Nothing here ever rejects. */
import type { ServerResponse } from 'node:http';
import type { DurationMs, Now } from '../core/time.ts';
import type { HeldReply } from './held-reply.ts';
import type { RelayEnd } from './hop.ts';
import { observeJson, observeNothing, observeStream, type UsageObserver } from './observe-usage.ts';
import { isCompressed } from './read-error.ts';
import { writeHead } from './write-head.ts';

export interface RelayOptions {
  readonly res: ServerResponse;
  readonly added: Readonly<Record<string, string>>;
  readonly streamed: boolean;
  readonly stripRateLimits: boolean;
  /** Longest silence of the upstream, and longest pause of a client that does not read. */
  readonly idleMs: DurationMs;
  readonly now: Now;
  /** Gets every body byte as well. */
  readonly copy?: (chunk: Buffer) => void;
}

/** Drained up to here so that the pooled connection survives; a larger reply costs its connection. */
const MAX_DRAINED_BYTES = 64 * 1024;
const MAX_DRAIN_MS: DurationMs = 250;

/** Resolves when the client has the whole reply, or when it never will. */
export function relayReply(reply: HeldReply, options: RelayOptions): Promise<RelayEnd> {
  return reply.ended && !options.streamed ? relayWhole(reply, options) : relayAsItComes(reply, options);
}

/** The body is here to its end: it leaves in one piece with the head, and only the client's taking it is watched. */
function relayWhole(reply: HeldReply, options: RelayOptions): Promise<RelayEnd> {
  const { res, now } = options;
  const { promise, resolve } = Promise.withResolvers<RelayEnd>();
  const body = reply.bytes();
  const observer = observerFor(reply, options);
  const firstByteAt = body.length > 0 ? now() : null;
  let isOver = false;
  let idle: NodeJS.Timeout | undefined;

  const finish = (kind: RelayEnd['kind']) => {
    isOver = true;
    clearTimeout(idle);
    resolve({ kind, bytes: body.length, firstByteAt, usage: observer.usage() });
  };
  const stop = (kind: 'cut' | 'client_gone') => {
    if (isOver) return;
    finish(kind);
    res.destroy();
  };
  if (res.destroyed) {
    resolve({ kind: 'client_gone', bytes: 0, firstByteAt: null, usage: null });
    return promise;
  }
  res.on('error', () => undefined);
  res.once('close', () => stop('client_gone'));
  try {
    writeHead(reply.message, options);
  } catch {
    stop('cut');
    return promise;
  }
  res.end(body, () => finish('complete'));
  observer.see(body);
  // What the system took at once is on its way.
  if (res.writableLength > 0) idle = setTimeout(stop, options.idleMs, 'client_gone');
  return promise;
}

function relayAsItComes(reply: HeldReply, options: RelayOptions): Promise<RelayEnd> {
  const { res } = options;
  const { message } = reply;
  const observer = observerFor(reply, options);
  const { promise, resolve } = Promise.withResolvers<RelayEnd>();
  let bytes = 0;
  let firstByteAt: number | null = null;
  let isClientsTurn = false;
  let isOver = false;

  const finish = (kind: RelayEnd['kind']) => {
    isOver = true;
    clearTimeout(idle);
    resolve({ kind, bytes, firstByteAt, usage: observer.usage() });
  };
  /** Cut, not ended: without its last chunk the client knows that the reply is incomplete, and Claude Code retries correctly. */
  const stop = (kind: 'cut' | 'client_gone') => {
    if (isOver) return;
    finish(kind);
    res.destroy();
    message.destroy();
  };
  const onData = (chunk: Buffer) => {
    firstByteAt ??= options.now();
    bytes += chunk.length;
    idle.refresh();
    const mayGoOn = res.write(chunk);
    observer.see(chunk);
    if (mayGoOn || isClientsTurn) return;
    isClientsTurn = true;
    message.pause();
    res.once('drain', onDrain);
  };
  const onDrain = () => {
    isClientsTurn = false;
    idle.refresh();
    message.resume();
  };
  /**
   * The client may still be busy reading: not complete before the last byte has left. A stream that ends in order inside a message is
   * cut as well: Claude Code takes a proper end for a complete answer, and loses what should have followed.
   */
  const onEnd = () => {
    if (observer.isUnfinished()) return void setImmediate(stop, 'cut');
    isClientsTurn = true;
    idle.refresh();
    res.end(() => finish('complete'));
  };
  const idle = setTimeout(() => stop(isClientsTurn ? 'client_gone' : 'cut'), options.idleMs);

  if (res.destroyed) {
    stop('client_gone');
    return promise;
  }
  res.on('error', () => undefined);
  res.once('close', () => stop('client_gone'));
  message.once('close', () => {
    if (!message.complete) stop('cut');
  });
  try {
    writeHead(message, options);
  } catch {
    stop('cut');
    return promise;
  }
  if (reply.chunks.length === 0) res.flushHeaders();
  for (const chunk of reply.chunks) onData(chunk);
  if (reply.ended) onEnd();
  else if (reply.broken) setImmediate(stop, 'cut');
  else {
    message.on('data', onData).once('end', onEnd);
    if (!isClientsTurn) message.resume();
  }
  return promise;
}

function observerFor({ message }: HeldReply, { streamed, copy }: RelayOptions): UsageObserver {
  const observer = isCompressed(message) ? observeNothing : streamed ? observeStream() : observeJson();
  if (!copy) return observer;
  return {
    ...observer,
    see(chunk) {
      observer.see(chunk);
      copy(chunk);
    },
  };
}

/** Reads an unwanted reply to its end, within bounds, so that its connection can serve the next request. */
export function discardReply({ message, ended }: HeldReply): void {
  if (ended || message.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => message.destroy(), MAX_DRAIN_MS);
  message.once('close', () => clearTimeout(timer));
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAINED_BYTES) message.destroy();
  });
  message.resume();
}
