/** The simulator by HTTP, for tests and drills in other processes: `POST /_simulator/<what>` with a JSON body. Loopback only. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { faultSchema, tokenFaultSchema } from './faults.ts';
import type { Simulator } from './simulator-api.ts';
import { readBody, sendJson } from './wire.ts';

const named = z.object({ account: z.string() });
const accountSchema = z.object({
  name: z.string(),
  email: z.string().optional(),
  organization: z.string().optional(),
  quota: z.object({ '5h': z.number().optional(), '7d': z.number().optional() }).optional(),
});

type Handler = (simulator: Simulator, body: unknown) => unknown;

/** What can be asked for, by the last part of the path. */
const handlers: Readonly<Record<string, Handler>> = {
  accounts: (simulator, body) => {
    const { name, uuid, email } = simulator.addAccount(accountSchema.parse(body) as Parameters<Simulator['addAccount']>[0]);
    return { name, uuid, email };
  },
  tokens: (simulator, body) => simulator.issueTokens(named.parse(body).account),
  'static-token': (simulator, body) => ({ token: simulator.issueStaticToken(named.parse(body).account) }),
  'api-key': (simulator, body) => ({ key: simulator.issueApiKey(named.parse(body).account) }),
  approve: (simulator, body) => {
    const { url, account } = z.object({ url: z.string(), account: z.string() }).parse(body);
    return simulator.approve(url, account);
  },
  fault: (simulator, body) => {
    const { account, fault } = z.object({ account: z.string(), fault: faultSchema }).parse(body);
    simulator.fault(account, fault);
    return {};
  },
  'token-fault': (simulator, body) => {
    simulator.tokenFault(tokenFaultSchema.parse(body));
    return {};
  },
  'clear-faults': (simulator) => {
    simulator.clearFaults();
    return {};
  },
  revoke: (simulator, body) => {
    simulator.revoke(named.parse(body).account);
    return {};
  },
  expire: (simulator, body) => {
    simulator.expireAccessTokens(named.parse(body).account);
    return {};
  },
  books: ({ books }) => ({ api: books.api, tokens: books.tokens }),
};

export async function serveControl(simulator: Simulator, req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
  const handler = handlers[path.slice('/_simulator/'.length)];
  if (!handler || req.method !== 'POST') return sendJson(res, 404, { error: 'no such control' });
  try {
    const text = (await readBody(req)).toString('utf8');
    sendJson(res, 200, handler(simulator, text === '' ? {} : JSON.parse(text)) ?? {});
  } catch (error) {
    sendJson(res, 400, { error: error instanceof Error ? error.message : 'bad request' });
  }
}
