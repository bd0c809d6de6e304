/**
 * A fake Claude API and authorization server on loopback, for tests, drills and the demo. It shares nothing with the product: its
 * books are its own, so that each can be held against the other.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts } from './accounts.ts';
import { createAuthorization } from './authorization.ts';
import { createBooks } from './books.ts';
import { createClaudeApi } from './claude-api.ts';
import { planFromMarks, type ReplyPlan } from './compose-reply.ts';
import { serveControl } from './control.ts';
import { createFaultScript } from './faults.ts';
import type { Simulator, SimulatorOptions } from './simulator-api.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { sendJson } from './wire.ts';

export type { Simulator, SimulatorOptions };

const HOUR = 3_600_000;
const CODE_TTL_MS = 600_000;

export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const {
    host = '127.0.0.1',
    port = 0,
    now = Date.now,
    clientId = 'simulated-client',
    accessTokenTtlMs = 8 * HOUR,
    reuseGraceMs = 0,
  } = options;
  const books = createBooks();
  const faults = createFaultScript();
  const accounts = new Accounts({ now, accessTokenTtlMs, reuseGraceMs });
  const authorization = createAuthorization({ accounts, clientId, now, codeTtlMs: CODE_TTL_MS });
  let plan: ReplyPlan = planFromMarks;
  const api = createClaudeApi({ accounts, books, faults, now, plan: () => plan });
  const format = options.tokenRequestFormat ?? 'json';
  const onStage = options.onTokenStage ?? (() => Promise.resolve());
  const tokenEndpoint = createTokenEndpoint({ accounts, authorization, books, faults, clientId, format, now, onStage });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', simulator.url);
    if (url.pathname.startsWith('/_simulator/')) return serveControl(simulator, req, res, url.pathname);
    if (url.pathname === '/v1/oauth/token') return tokenEndpoint(req, res);
    if (url.pathname === '/oauth/authorize') return authorization.page(req, res, url);
    if (url.pathname === '/oauth/code/callback') return authorization.pastePage(res, url);
    return api(req, res, url);
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { error: error instanceof Error ? error.message : 'simulator fault' });
    });
  });
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject);
  server.listen(port, host, () => bound.resolve());
  await bound.promise;

  const simulator: Simulator = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    clientId,
    books,
    addAccount: (account) => accounts.add(account),
    issueTokens: (name) => accounts.issueTokens(name),
    issueStaticToken: (name) => accounts.issueStaticToken(name),
    issueApiKey: (name) => accounts.issueApiKey(name),
    approve: authorization.approve,
    fault: (name, fault) => faults.add(name, fault),
    tokenFault: (fault) => faults.addTokenFault(fault),
    clearFaults: () => faults.clear(),
    revoke: (name) => accounts.revoke(name),
    expireAccessTokens: (name) => accounts.expireAccessTokens(name),
    reply(next) {
      plan = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return simulator;
}
