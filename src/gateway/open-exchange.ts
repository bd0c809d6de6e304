/** What is known of a request when it comes in, and the ways in which it may be left or ended before its time. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurationMs, Now } from '../core/time.ts';
import { newId } from '../new-id.ts';
import type { Exchange, GatewaySettings } from './exchange.ts';
import { ClientLeaving } from './leaving.ts';

/** A prompt cache lives so long after its last use unless the request asks for more. */
const SHORT_CACHE_MS: DurationMs = 5 * 60_000;
/** Where it asks for more. */
export const LONG_CACHE_MS: DurationMs = 3_600_000;
const NO_BODY = { chunks: [], byteLength: 0, release: () => undefined };

export interface OpenExchangeDeps {
  readonly now: Now;
  readonly settings: () => GatewaySettings;
}

export function openExchange({ now, settings }: OpenExchangeDeps, req: IncomingMessage, res: ServerResponse): Exchange {
  const gone = new ClientLeaving();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const correlation = req.headers['x-request-id']?.toString();
  const target = req.url ?? '';
  const sentBefore = res.socket?.bytesWritten ?? 0;
  const exchange: Exchange = {
    id: newId('hgr'),
    correlationId: correlation !== undefined && /^[\w.:-]{1,128}$/.test(correlation) ? correlation : null,
    startedAt: now(),
    settings: settings(),
    req,
    res,
    clientGone: gone,
    method: req.method ?? '',
    path: target.split('?', 1)[0] ?? '',
    target,
    apiKey: null,
    body: NO_BODY,
    model: null,
    conversation: null,
    cacheMs: SHORT_CACHE_MS,
    owner: null,
    waited: false,
    attempts: [],
    isStreaming: false,
    account: null,
    isCut: false,
    end: null,
    bytesSent: () => (res.socket ? res.socket.bytesWritten - sentBefore : 0),
    cut() {
      exchange.isCut = true;
      // Where nothing was said yet there is still time for words.
      if (res.headersSent || !req.complete) res.destroy();
      else gone.abort();
    },
  };
  return exchange;
}
