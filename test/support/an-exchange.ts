/** A request on its way, as the gateway hands it to the attempts; nothing of it is on a socket. */
import type { Exchange } from '../../src/gateway/exchange.ts';
import { MINUTE, NOW } from './builders.ts';

export function anExchange(over: Partial<Exchange> & Pick<Exchange, 'id'>): Exchange {
  return {
    correlationId: null,
    startedAt: NOW,
    settings: { policy: 'round_robin', moveCold: false, affinity: 'conversation', unknownPaths: 'relay' },
    req: { headers: {} } as never,
    res: { headersSent: false } as never,
    clientGone: new AbortController().signal,
    method: 'POST',
    path: '/v1/messages',
    target: over.id,
    apiKey: null,
    body: { chunks: [], byteLength: 0, release: () => undefined },
    model: 'claude-sonnet-5',
    conversation: null,
    cacheMs: 5 * MINUTE,
    owner: null,
    waited: false,
    attempts: [],
    isStreaming: false,
    account: null,
    isCut: false,
    bytesSent: () => 0,
    cut: () => undefined,
    end: null,
    ...over,
  };
}
