/**
 * One attempt at the upstream, carried by http-proxy-middleware: the only file that knows that library.
 *
 * The middleware copes with sockets and streams the request; what to do with a reply stays with the caller. Each attempt gets a
 * throw-away `ServerResponse`, because the library ties its listeners, and the destruction of the response, to the one it is given.
 * Credentials travel in `options.headers`, never in the `proxyReq` hook, which is skipped for requests with an `Expect` header.
 */
import http, { type ClientRequest, type IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { createProxyMiddleware, type Options } from 'http-proxy-middleware';
import { withBeta } from '../core/header-rules.ts';
import type { Now } from '../core/time.ts';
import { type Examined, examineReply } from './examine-reply.ts';
import type { Hop, HopRequest, HopResult, HopTimeouts, RequestBody, UpstreamReply } from './hop.ts';
import { discardReply, relayReply } from './relay-reply.ts';

export interface HopDeps {
  /** Origin of the upstream (`claude.base_url`). */
  readonly baseUrl: () => string;
  readonly timeouts: () => HopTimeouts;
  /** Appended to `anthropic-beta` for accounts that sign in with OAuth. */
  readonly oauthBeta: () => string;
  readonly stripRateLimits: () => boolean;
  readonly now: Now;
}

const ANTHROPIC_VERSION = '2023-06-01';
/** Node heeds the upstream's `Keep-Alive` hint only when the agent has a timeout of its own. */
const AGENT = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024, scheduling: 'lifo', timeout: 60_000 } as const;

type Failure = Exclude<HopResult['kind'], 'reply'>;

interface Attempt {
  readonly request: HopRequest;
  readonly headers: Record<string, string>;
  outgoing: ClientRequest | null;
  /** The connection is up, so that bytes may have left. */
  connected: boolean;
  settle: (end: IncomingMessage | Failure) => void;
}

export function createHop(deps: HopDeps): Hop {
  const agents = { 'http:': new http.Agent(AGENT), 'https:': new https.Agent(AGENT) };
  const attempts = new WeakMap<object, Attempt>();

  const options: Options = {
    target: deps.baseUrl(),
    changeOrigin: true,
    selfHandleResponse: true,
    ejectPlugins: true,
    plugins: [
      (proxy) => {
        proxy.on('proxyReq', (outgoing, _req, res) => onOutgoing(attempts.get(res), outgoing, deps.timeouts().connectMs));
        proxy.on('proxyRes', (message, _req, res) => attempts.get(res)?.settle(message));
        proxy.on('error', (error, _req, res) => onError(res ? attempts.get(res) : undefined, error));
        proxy.on('econnreset', (error, _req, res) => onError(attempts.get(res), error));
      },
    ],
    router: (_req, res, own) => {
      const attempt = res && attempts.get(res);
      if (!attempt) throw new Error('the proxy was called without an attempt');
      const target = new URL(deps.baseUrl());
      own.agent = agents[target.protocol === 'http:' ? 'http:' : 'https:'];
      own.headers = attempt.headers;
      own.buffer = replayOf(attempt.request.body) as unknown as NonNullable<Options['buffer']>;
      return target;
    },
  };
  const proxy = createProxyMiddleware(options);

  return {
    async send(request) {
      const end = await exchange(request);
      if (typeof end === 'string') return { kind: end };
      const examined = await untilClientLeaves(request, end, deps.timeouts().responseMs);
      return examined.kind === 'reply' ? { kind: 'reply', reply: replyOf(examined, end, deps) } : examined;
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };

  /** Resolves with the reply's head, or with how the attempt failed before one came. */
  function exchange(request: HopRequest): Promise<IncomingMessage | Failure> {
    if (request.clientGone.aborted) return Promise.resolve('client_gone');
    const { promise, resolve } = Promise.withResolvers<IncomingMessage | Failure>();
    const shadow = new ServerResponse(request.req);
    const abandon = (failure: Failure) => {
      attempt.settle(failure);
      attempt.outgoing?.destroy();
    };
    const onGone = () => abandon('client_gone');
    const deadline = setTimeout(() => abandon('no_reply_in_time'), deps.timeouts().responseMs);
    let settled = false;
    const attempt: Attempt = {
      request,
      headers: headersFor(request, deps.oauthBeta()),
      outgoing: null,
      connected: false,
      settle(end) {
        if (settled) return;
        settled = true;
        clearTimeout(deadline);
        request.clientGone.removeEventListener('abort', onGone);
        resolve(end);
      },
    };
    request.clientGone.addEventListener('abort', onGone, { once: true });
    attempts.set(shadow, attempt);
    // Each attempt adds its listeners to the one client request.
    request.req.setMaxListeners(0);
    request.req.url = request.target;
    proxy(request.req, shadow, (error?: unknown) => onError(attempt, error)).catch((error: unknown) => onError(attempt, error));
    return promise;
  }
}

/** Our own fields for the upstream; a client's field of the same name is replaced. */
function headersFor({ req, body, kind, secret }: HopRequest, oauthBeta: string): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (kind === 'api_key') headers['x-api-key'] = secret;
  else {
    headers['authorization'] = `Bearer ${secret}`;
    headers['anthropic-beta'] = withBeta(req.headers['anthropic-beta']?.toString(), oauthBeta);
  }
  if (req.headers['anthropic-version'] === undefined) headers['anthropic-version'] = ANTHROPIC_VERSION;
  const hasBody = body.byteLength > 0 || !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(req.method ?? '');
  if (hasBody) headers['content-length'] = String(body.byteLength);
  return headers;
}

/** What the library pipes into the request. A list of chunks, never joined: joining 500 KB costs half of the whole hop again. */
function replayOf(body: RequestBody): { pipe: (outgoing: ClientRequest) => ClientRequest } {
  return {
    pipe(outgoing) {
      outgoing.cork();
      for (const chunk of body.chunks) outgoing.write(chunk);
      outgoing.uncork();
      return outgoing.end();
    },
  };
}

function onOutgoing(attempt: Attempt | undefined, outgoing: ClientRequest, connectMs: number): void {
  if (!attempt) return;
  attempt.outgoing = outgoing;
  if (attempt.request.clientGone.aborted) {
    outgoing.destroy();
    return;
  }
  const socket = outgoing.socket as (Socket & { readonly encrypted?: boolean }) | null;
  if (outgoing.reusedSocket || !socket?.connecting) {
    attempt.connected = true;
    return;
  }
  const timer = setTimeout(() => outgoing.destroy(new Error('connect timeout')), connectMs);
  const done = () => clearTimeout(timer);
  socket.once(socket.encrypted ? 'secureConnect' : 'connect', () => {
    attempt.connected = true;
    done();
  });
  socket.once('close', done);
}

/** What a failure without a reply means: nothing sent, an outdated pooled connection, or nobody knows. */
function onError(attempt: Attempt | undefined, error: unknown): void {
  if (!attempt || error === undefined) return;
  if (!attempt.connected) attempt.settle('not_sent');
  else attempt.settle(attempt.outgoing?.reusedSocket ? 'stale_socket' : 'broken');
}

/** Examines the reply; a client that leaves meanwhile ends the wait and the upstream request. */
async function untilClientLeaves(
  { clientGone, promisesJson }: HopRequest,
  message: IncomingMessage,
  waitMs: number,
): Promise<Examined | { kind: 'client_gone' }> {
  const onGone = () => message.destroy();
  clientGone.addEventListener('abort', onGone, { once: true });
  const examined = await examineReply(message, promisesJson, waitMs);
  clientGone.removeEventListener('abort', onGone);
  return clientGone.aborted ? { kind: 'client_gone' } : examined;
}

function replyOf(
  { held, facts, streamed }: Extract<Examined, { kind: 'reply' }>,
  message: IncomingMessage,
  deps: HopDeps,
): UpstreamReply {
  return {
    facts,
    status: message.statusCode ?? 502,
    streamed,
    requestId: message.headers['request-id']?.toString() ?? null,
    relay: (res, added) =>
      relayReply(held, {
        res,
        added,
        streamed,
        stripRateLimits: deps.stripRateLimits(),
        idleMs: deps.timeouts().streamIdleMs,
        now: deps.now,
      }),
    discard: () => discardReply(held),
  };
}
