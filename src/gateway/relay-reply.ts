/** Streams a reply on to the client, byte for byte and as it comes, and says how that ended. Nothing here ever rejects. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { namesIn, staysUpstream } from '../core/header-rules.ts';
import type { DurationMs, Now } from '../core/time.ts';
import type { HeldReply } from './held-reply.ts';
import type { RelayEnd } from './hop.ts';
import { observeJson, observeStream } from './observe-usage.ts';

export interface RelayOptions {
  readonly res: ServerResponse;
  readonly added: Readonly<Record<string, string>>;
  readonly streamed: boolean;
  readonly stripRateLimits: boolean;
  /** Longest silence of the upstream, and longest pause of a client that does not read. */
  readonly idleMs: DurationMs;
  readonly now: Now;
}

/** Drained up to here so that the pooled connection survives; a larger reply costs its connection. */
const MAX_DRAINED_BYTES = 64 * 1024;
const MAX_DRAIN_MS: DurationMs = 250;

export function relayReply(reply: HeldReply, options: RelayOptions): Promise<RelayEnd> {
  const { res, now } = options;
  const { message } = reply;
  const observer = options.streamed ? observeStream() : observeJson();
  const { promise, resolve } = Promise.withResolvers<RelayEnd>();
  let bytes = 0;
  let firstByteAt: number | null = null;
  let over = false;

  const finish = (kind: RelayEnd['kind']) => {
    if (over) return;
    over = true;
    clearTimeout(idle);
    resolve({ kind, bytes, firstByteAt, usage: observer.usage() });
  };
  /** Cut, not ended: without its last chunk the client knows that the reply is incomplete, and Claude Code retries correctly. */
  const cut = () => {
    finish('cut');
    res.destroy();
    message.destroy();
  };
  const write = (chunk: Buffer) => {
    firstByteAt ??= now();
    bytes += chunk.length;
    observer.see(chunk);
    return res.write(chunk);
  };
  const complete = () => {
    clearTimeout(idle);
    res.end(() => finish('complete'));
  };
  const idle = setTimeout(cut, options.idleMs);

  if (res.destroyed) {
    finish('client_gone');
    message.destroy();
    return promise;
  }
  res.once('close', () => {
    if (res.writableFinished) return finish('complete');
    finish('client_gone');
    message.destroy();
  });
  res.on('error', () => undefined);
  writeHead(message, options);
  for (const chunk of reply.held.chunks) write(chunk);
  if (reply.ended) complete();
  else if (reply.broken || message.destroyed) cut();
  else {
    message.on('data', (chunk: Buffer) => {
      idle.refresh();
      if (write(chunk)) return;
      message.pause();
      res.once('drain', () => {
        idle.refresh();
        message.resume();
      });
    });
    message.once('end', complete);
    message.once('error', cut);
    message.once('close', () => {
      if (!message.complete) cut();
    });
    message.resume();
  }
  return promise;
}

/** Status and headers as the upstream sent them, several values of one name kept apart; without what is not for the client. */
function writeHead(message: IncomingMessage, { res, added, stripRateLimits }: RelayOptions): void {
  const named = namesIn(message.headers.connection);
  const headers: string[] = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const name = message.rawHeaders[i] as string;
    const lower = name.toLowerCase();
    if (staysUpstream(lower) || lower in added || named.includes(lower)) continue;
    if (stripRateLimits && lower.startsWith('anthropic-ratelimit-')) continue;
    headers.push(name, message.rawHeaders[i + 1] as string);
  }
  for (const name of Object.keys(added)) headers.push(name, added[name] as string);
  for (const name of res.getHeaderNames()) headers.push(name, String(res.getHeader(name)));
  res.writeHead(message.statusCode ?? 502, headers);
  res.flushHeaders();
}

/** Reads an unwanted reply to its end, within bounds, so that its connection can serve the next request. */
export function discardReply({ message, ended }: HeldReply): void {
  if (ended || message.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => message.destroy(), MAX_DRAIN_MS);
  message.on('error', () => undefined);
  message.once('close', () => clearTimeout(timer));
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DRAINED_BYTES) message.destroy();
  });
  message.resume();
}
