/** The hop between real sockets: a server that reads a body, cleans the headers, sends once and relays what comes back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountKind } from '../../src/core/account.ts';
import type { OutboundProxy } from '../../src/core/outbound-proxy.ts';
import { answerWithError, asGatewayError } from '../../src/gateway/answer-with-error.ts';
import { cleanHeaders } from '../../src/gateway/clean-headers.ts';
import { createHop, type HopDeps } from '../../src/gateway/forward.ts';
import type { Hop, HopRequest, HopResult, HopTimeouts, RelayEnd, RequestBody } from '../../src/gateway/hop.ts';
import { createBodyBudget } from '../../src/gateway/read-body.ts';
import { type Script, type ScriptedUpstream, type ScriptOptions, scriptedUpstream } from './scripted-upstream.ts';

export const SECRET = 'the-accounts-own-secret';

export interface HopWorldOptions {
  readonly baseUrl: string;
  readonly timeouts?: Partial<HopTimeouts>;
  readonly kind?: AccountKind;
  readonly promisesJson?: boolean;
  readonly stripRateLimits?: boolean;
  readonly proxy?: OutboundProxy;
  readonly added?: Readonly<Record<string, string>>;
  readonly limits?: { readonly maxBodyBytes: number; readonly maxBufferedBytes: number };
  /** Instead of one attempt whose reply is relayed. */
  readonly handle?: (hop: Hop, request: HopRequest, res: ServerResponse) => Promise<void>;
}

export interface HopWorld {
  readonly url: string;
  readonly hop: Hop;
  /** How each attempt ended, in order. */
  readonly results: readonly HopResult[];
  /** How each relay ended, in order. */
  readonly ends: readonly RelayEnd[];
  /** Resolves when that many requests are through. */
  through(requests: number): Promise<void>;
  close(): Promise<void>;
}

const ROOMY = { maxBodyBytes: 64 * 1024 * 1024, maxBufferedBytes: 1024 * 1024 * 1024 };

export async function hopWorld(options: HopWorldOptions): Promise<HopWorld> {
  const results: HopResult[] = [];
  const ends: RelayEnd[] = [];
  const timeouts = { connectMs: 2000, responseMs: 5000, streamIdleMs: 5000, ...options.timeouts };
  const deps: HopDeps = {
    baseUrl: () => options.baseUrl,
    timeouts: () => timeouts,
    oauthBeta: () => 'oauth-2025-04-20',
    stripRateLimits: () => options.stripRateLimits ?? false,
    proxy: () => options.proxy ?? null,
    now: Date.now,
  };
  const hop = createHop(deps);
  const recording: Hop = {
    async send(request) {
      const result = await hop.send(request);
      results.push(result);
      return result;
    },
    close: () => hop.close(),
  };
  const bodies = createBodyBudget(() => options.limits ?? ROOMY);
  let through = 0;
  const waiting = new Set<() => void>();

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const gone = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) gone.abort();
    });
    let release = (): void => undefined;
    try {
      const body: RequestBody & { release(): void } = await bodies.read(req);
      release = body.release;
      req.headers = cleanHeaders(req.headers);
      const request: HopRequest = {
        req,
        target: req.url ?? '/',
        body,
        kind: options.kind ?? 'oauth',
        secret: SECRET,
        promisesJson: options.promisesJson ?? true,
        clientGone: gone.signal,
      };
      await (options.handle ?? relayOnce)(recording, request, res);
    } catch (error) {
      answerWithError(req, res, asGatewayError(error), 'hgr_test');
    } finally {
      release();
    }
  }

  async function relayOnce(sender: Hop, request: HopRequest, res: ServerResponse): Promise<void> {
    const result = await sender.send(request);
    if (result.kind === 'reply') ends.push(await result.reply.relay(res, options.added ?? {}));
    else if (!res.destroyed) res.writeHead(599, { 'x-kind': result.kind }).end();
  }

  const server: Server = createServer((req, res) => {
    void serve(req, res).finally(() => {
      through += 1;
      for (const look of [...waiting]) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hop: recording,
    results,
    ends,
    through(requests) {
      if (through >= requests) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (through >= requests) resolve();
      };
      waiting.add(look);
      return promise;
    },
    close() {
      hop.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const toClose: (() => Promise<void>)[] = [];

/** A scripted upstream with the hop before it; `closeAll` ends both. */
export async function betweenSockets(
  script: Script,
  options: Omit<HopWorldOptions, 'baseUrl'> & ScriptOptions & { readonly basePath?: string } = {},
): Promise<{ readonly upstream: ScriptedUpstream; readonly world: HopWorld }> {
  const upstream = await scriptedUpstream(script, options);
  toClose.push(() => upstream.close());
  const world = await hopWorld({ ...options, baseUrl: `${upstream.url}${options.basePath ?? ''}` });
  toClose.push(() => world.close());
  return { upstream, world };
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(toClose.splice(0).map((close) => close()));
}
