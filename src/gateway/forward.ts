/**
 * One attempt at the upstream, carried by http-proxy-middleware: the only file that knows that library.
 *
 * The middleware copes with sockets and streams the request; what to do with a reply stays with the caller. Each attempt gets a
 * throw-away `ServerResponse`, because the library ties its listeners, and the destruction of the response, to the one it is given.
 * Credentials travel in `options.headers`, never in the `proxyReq` hook, which is skipped for requests with an `Expect` header.
 */
import http, { type IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { createProxyMiddleware, type Options } from 'http-proxy-middleware';
import { isSameWay, type OutboundProxy } from '../core/outbound-proxy.ts';
import type { Now } from '../core/time.ts';
import { Attempt, type Failure } from './attempt.ts';
import { type Examined, examineReply } from './examine-reply.ts';
import type { Hop, HopRequest, HopTimeouts, UpstreamReply } from './hop.ts';
import { relayChanged } from './relay-changed.ts';
import { discardReply, relayReply } from './relay-reply.ts';
import { upstreamHeaders } from './upstream-headers.ts';

export interface HopDeps {
  /** Origin of the upstream, perhaps with a path before all others (`claude.base_url`). */
  readonly baseUrl: () => string;
  readonly timeouts: () => HopTimeouts;
  /** Appended to `anthropic-beta` for accounts that sign in with OAuth. */
  readonly oauthBeta: () => string;
  readonly stripRateLimits: () => boolean;
  /** The proxy that leads to the upstream now. */
  readonly proxy: () => OutboundProxy | null;
  readonly now: Now;
}

/** Node heeds the upstream's `Keep-Alive` hint only when the agent has a timeout of its own. */
const AGENT = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024, scheduling: 'lifo', timeout: 60_000 } as const;

type Agents = Readonly<Record<'http:' | 'https:', http.Agent>>;

export function createHop(deps: HopDeps): Hop {
  const agents = latestAgents(deps.proxy);
  const target = latestUrl(deps.baseUrl);

  const options: Options = {
    changeOrigin: true,
    selfHandleResponse: true,
    ejectPlugins: true,
    plugins: [
      (proxy) => {
        proxy.on('proxyReq', (outgoing, _req, res) => attemptOf(res)?.begin(outgoing));
        proxy.on('proxyRes', (message, _req, res) => attemptOf(res)?.settle(message));
        proxy.on('error', (_error, _req, res) => attemptOf(res)?.fail());
        proxy.on('econnreset', (_error, _req, res) => attemptOf(res)?.fail());
      },
    ],
    // `own` is this request's copy of the options: an implementation fact of 4.2, held by a test.
    router: (_req, res, own) => {
      const attempt = attemptOf(res);
      if (!attempt) throw new Error('the proxy was called without an attempt');
      const url = target();
      own.agent = agents()[url.protocol === 'http:' ? 'http:' : 'https:'];
      own.headers = attempt.headers;
      own.buffer = attempt.replay as unknown as NonNullable<Options['buffer']>;
      return url;
    },
  };
  const proxy = createProxyMiddleware(options);

  /** Resolves with the reply's head, or with how the attempt failed before one came. */
  function forward({ req, target: path }: HopRequest, attempt: Attempt): Promise<IncomingMessage | Failure> {
    // Each attempt adds its listeners to the one client request.
    req.setMaxListeners(0);
    req.url = path;
    const fail = () => attempt.fail();
    if (deps.proxy() !== null) attempt.limitConnecting();
    proxy(req, new Shadow(req, attempt), fail).catch(fail);
    return attempt.head;
  }

  return {
    async send(request) {
      const { clientGone } = request;
      if (clientGone.aborted) return { kind: 'client_gone' };
      const { connectMs, responseMs } = deps.timeouts();
      const attempt = new Attempt(request.body, upstreamHeaders(request, deps.oauthBeta()), { connectMs, responseMs });
      const onGone = () => attempt.abandon('client_gone');
      clientGone.addEventListener('abort', onGone);
      const head = await forward(request, attempt);
      const result = typeof head === 'string' ? head : await examineReply(head, request.promisesJson, responseMs);
      clientGone.removeEventListener('abort', onGone);
      if (result === 'stale_socket') closeIdle(agents());
      if (clientGone.aborted) return { kind: 'client_gone' };
      if (typeof result === 'string') return { kind: result };
      return result.kind === 'reply' ? { kind: 'reply', reply: replyOf(result, deps) } : result;
    },
    close() {
      for (const agent of Object.values(agents())) agent.destroy();
    },
  };
}

/**
 * The throw-away response that the library works on. It carries the attempt, so that no table of attempts is needed: a WeakMap keyed by
 * responses made the garbage collector keep them for long, and a request half as dear again.
 */
class Shadow extends ServerResponse {
  readonly attempt: Attempt;

  constructor(req: IncomingMessage, attempt: Attempt) {
    super(req);
    this.attempt = attempt;
  }
}

const attemptOf = (res: unknown): Attempt | undefined => (res instanceof Shadow ? res.attempt : undefined);

/** Where one pooled connection was outdated the others likely are, too; the next attempt shall not meet them. */
function closeIdle(agents: Agents): void {
  for (const { freeSockets } of Object.values(agents)) {
    for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Other agents once there is another proxy. Running requests keep their connections; idle ones of the former agents end by their timeout. */
function latestAgents(proxy: () => OutboundProxy | null): () => Agents {
  let used = proxy();
  let agents = agentsThrough(used);
  return () => {
    const latest = proxy();
    if (!isSameWay(latest, used)) {
      used = latest;
      agents = agentsThrough(latest);
    }
    return agents;
  };
}

function agentsThrough(proxy: OutboundProxy | null): Agents {
  const options = proxy === null ? AGENT : { ...AGENT, proxyEnv: { ...proxy } };
  return { 'http:': new http.Agent(AGENT), 'https:': new https.Agent(options) };
}

/** Parses the URL again only when it has changed. */
function latestUrl(text: () => string): () => URL {
  let url: URL | null = null;
  let parsed = '';
  return () => {
    const latest = text();
    if (url === null || latest !== parsed) {
      url = new URL(latest);
      parsed = latest;
    }
    return url;
  };
}

function replyOf({ held, facts, streamed }: Extract<Examined, { kind: 'reply' }>, deps: HopDeps): UpstreamReply {
  const { message } = held;
  return {
    facts,
    status: message.statusCode ?? 502,
    streamed,
    requestId: message.headers['request-id']?.toString() ?? null,
    relay(res, added, { copy, change } = {}) {
      const options = {
        res,
        added,
        ...(copy ? { copy } : {}),
        streamed,
        stripRateLimits: deps.stripRateLimits(),
        idleMs: deps.timeouts().streamIdleMs,
        now: deps.now,
      };
      return change ? relayChanged(held, options, change) : relayReply(held, options);
    },
    async read(maxBytes) {
      const end = await held.hold(() => false, { maxBytes: maxBytes + 1, maxMs: deps.timeouts().streamIdleMs });
      if (end === 'ended' && held.byteLength <= maxBytes) return held.bytes();
      discardReply(held);
      return null;
    },
    discard: () => discardReply(held),
  };
}
