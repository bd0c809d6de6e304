/**
 * The list of models, within the three seconds that clients wait for it: never behind a token refresh, and from the last good
 * answer when the upstream is slow or nobody can ask it.
 */
import { LRUCache } from 'lru-cache';
import type { AccountPool } from '../accounts/account-pool.ts';
import { isAvailable } from '../core/account.ts';
import { isFresh } from '../core/credential.ts';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import { GatewayError, noReplyInTime } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { ClientLeaving } from './leaving.ts';

/** A list is good for this long. */
const MAX_AGE_MS: DurationMs = 24 * 3_600_000;
/** Clients give up after 3 s; the rest is for the way back. */
const PATIENCE_MS: DurationMs = 2500;
const MAX_LISTS = 50;
const MAX_LIST_BYTES = 256 * 1024;

interface ModelList {
  readonly contentType: string;
  readonly body: Buffer;
  readonly at: EpochMs;
}

export interface ModelListDeps {
  readonly pool: Pick<AccountPool, 'list'>;
  readonly now: Now;
  readonly refreshBufferMs: () => DurationMs;
  /** Brings one request to its answer, as every other. @throws GatewayError */
  readonly walk: (exchange: Exchange) => Promise<void>;
}

export interface ModelLists {
  /** Serves `GET /v1/models`. @throws GatewayError when there is no answer in time and none to fall back on */
  serve(exchange: Exchange): Promise<void>;
}

export const isModelList = ({ method, path }: Pick<Exchange, 'method' | 'path'>): boolean =>
  method === 'GET' && path === '/v1/models';

export function createModelLists({ pool, now, refreshBufferMs, walk }: ModelListDeps): ModelLists {
  const lists = new LRUCache<string, ModelList>({ max: MAX_LISTS });
  const lastGood = (target: string): ModelList | null => {
    const list = lists.get(target);
    return list && now() - list.at < MAX_AGE_MS ? list : null;
  };
  const somebodyIsReady = (): boolean =>
    pool.list().some((account) => isAvailable(account, now()) && isFresh(account.expiresAt, now(), refreshBufferMs()));

  async function ask(exchange: Exchange): Promise<void> {
    const { res, target } = exchange;
    const chunks: Buffer[] = [];
    const enough = new ClientLeaving();
    const giveUp = () => enough.abort();
    const late = setTimeout(giveUp, PATIENCE_MS);
    exchange.clientGone.addEventListener('abort', giveUp);
    if (exchange.clientGone.aborted) giveUp();
    const asking: Exchange = { ...exchange, clientGone: enough, copy: (chunk) => void chunks.push(chunk) };
    await walk(asking).finally(() => clearTimeout(late));
    exchange.end = asking.end;
    if (asking.end?.outcome === 'client_gone' && !exchange.clientGone.aborted) throw noReplyInTime();
    const body = Buffer.concat(chunks);
    const isGood = asking.end?.outcome === 'relayed' && asking.end.status === 200 && body.length <= MAX_LIST_BYTES;
    if (isGood) lists.set(target, { contentType: String(res.getHeader('content-type') ?? 'application/json'), body, at: now() });
  }

  return {
    async serve(exchange) {
      const list = lastGood(exchange.target);
      if (list && !somebodyIsReady()) return answerFrom(list, exchange, now);
      try {
        await ask(exchange);
      } catch (error) {
        if (!list || !(error instanceof GatewayError)) throw error;
        answerFrom(list, exchange, now);
      }
    },
  };
}

function answerFrom({ contentType, body }: ModelList, exchange: Exchange, now: Now): void {
  exchange.res.writeHead(200, {
    'content-type': contentType,
    'content-length': body.length,
    'request-id': exchange.id,
    'x-headgate-request-id': exchange.id,
  });
  exchange.res.end(body);
  exchange.end = {
    outcome: 'relayed',
    status: 200,
    errorType: null,
    streamed: false,
    usage: null,
    responseBytes: body.length,
    firstByteAt: now(),
  };
}
