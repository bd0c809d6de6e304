/**
 * A fake Claude API and authorization server on loopback, for tests, drills and the demo. It shares nothing with the product: its
 * books are its own, so that each can be held against the other.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts, type IssuedTokens, type NewAccount, type SimulatedAccount } from './accounts.ts';
import { type Approval, createAuthorization } from './authorization.ts';
import { type Books, createBooks } from './books.ts';
import { createClaudeApi } from './claude-api.ts';
import { planFromMarks, type ReplyPlan } from './compose-reply.ts';
import { serveControl } from './control.ts';
import { createFaultScript, type FaultInput, type TokenFaultInput } from './faults.ts';
import { createTokenEndpoint, type TokenStage } from './token-endpoint.ts';
import { sendJson } from './wire.ts';

export interface SimulatorOptions {
  readonly host?: string;
  readonly port?: number;
  readonly now?: () => number;
  readonly clientId?: string;
  /** Lifetime of access tokens. */
  readonly accessTokenTtlMs?: number;
  /** A used refresh token is answered with its own successor for this long, instead of revoking the family. */
  readonly reuseGraceMs?: number;
  readonly tokenRequestFormat?: 'json' | 'form' | 'both';
  readonly onTokenStage?: (stage: TokenStage, grant: string) => Promise<void>;
}

export interface Simulator {
  /** `http://127.0.0.1:…`: base of the API, the authorize page (`/oauth/authorize`), the token endpoint (`/v1/oauth/token`) and the paste page. */
  readonly url: string;
  readonly clientId: string;
  readonly books: Books;
  addAccount(account: NewAccount): SimulatedAccount;
  issueTokens(account: string): IssuedTokens;
  issueStaticToken(account: string): string;
  issueApiKey(account: string): string;
  /** Presses "approve" for the account. @throws Error when the URL is not acceptable */
  approve(authorizationUrl: string, account: string): Approval;
  /** What the account's next requests meet with. */
  fault(account: string, fault: FaultInput): void;
  tokenFault(fault: TokenFaultInput): void;
  clearFaults(): void;
  /** Nothing of the account is good any more. */
  revoke(account: string): void;
  expireAccessTokens(account: string): void;
  /** What the model says from now on. */
  reply(plan: ReplyPlan): void;
  close(): Promise<void>;
}

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
