/**
 * The simulator by HTTP, for tests and drills in other processes: `POST /_simulator/<what>` with a JSON body, from this machine only.
 * Answers 200 with JSON, 400 `{"error"}` for what cannot be done, 403 to others, 404 for an unknown `<what>`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { z } from 'zod';
import { accountFaultSchema, accountSchema, blocksSchema, type DrillInput, quotaSchema } from './drills/drill-schema.ts';
import type { Engine } from './engine.ts';
import { tokenFaultSchema } from './faults/fault-schemas.ts';
import { readBody, sendJson } from './wire.ts';

const named = z.strictObject({ account: z.string() });
const maybeNamed = z.strictObject({ account: z.string().optional() });
const approvalSchema = z.strictObject({ url: z.string(), account: z.string() });
const clockSchema = z.strictObject({ offsetSeconds: z.number() });
const outageSchema = z.strictObject({ seconds: z.number().positive().max(3600) });
const repliesSchema = z.strictObject({ blocks: blocksSchema });

type Handler = (engine: Engine, body: unknown) => unknown;

/** What can be asked for, by the last part of the path. What returns nothing is answered with `{}`. */
const handlers: Readonly<Record<string, Handler>> = {
  accounts: (engine, body) => {
    const { name, uuid, email, organizationUuid } = engine.addAccount(accountSchema.parse(body));
    return { name, uuid, email, organizationUuid };
  },
  tokens: (engine, body) => engine.issueTokens(named.parse(body).account),
  'static-token': (engine, body) => ({ token: engine.issueStaticToken(named.parse(body).account) }),
  'api-key': (engine, body) => ({ key: engine.issueApiKey(named.parse(body).account) }),
  approve: (engine, body) => {
    const { url, account } = approvalSchema.parse(body);
    return engine.approve(url, account);
  },
  fault: (engine, body) => {
    const { account, ...fault } = accountFaultSchema.parse(body);
    engine.fault(account ?? null, fault);
  },
  'token-fault': (engine, body) => engine.tokenFault(tokenFaultSchema.parse(body)),
  'clear-faults': (engine, body) => engine.clearFaults(maybeNamed.parse(body).account),
  release: (engine) => ({ released: engine.release() }),
  revoke: (engine, body) => engine.revoke(named.parse(body).account),
  expire: (engine, body) => engine.expireAccessTokens(named.parse(body).account),
  quota: (engine, body) => {
    const { account, window, ...change } = quotaSchema.parse(body);
    engine.setQuota(account, window, change);
  },
  reply: (engine, body) => engine.queueReply(repliesSchema.parse(body).blocks),
  // Checked as it is played.
  script: (engine, body) => engine.play(body as DrillInput),
  clock: (engine, body) => engine.setClockOffset(clockSchema.parse(body).offsetSeconds * 1000),
  outage: (engine, body) => engine.outage(outageSchema.parse(body).seconds * 1000),
  books: ({ books }, body) => {
    const { account } = maybeNamed.parse(body);
    if (account === undefined) return { api: books.api, tokens: books.tokens };
    return { api: books.requests(account), tokens: books.tokenRequests(account), refreshes: books.refreshes(account) };
  },
  'clear-books': ({ books }) => books.clear(),
};

const THIS_MACHINE = new BlockList();
THIS_MACHINE.addSubnet('127.0.0.0', 8, 'ipv4');
THIS_MACHINE.addAddress('::1', 'ipv6');

/** A page of a browser on this machine is no program of this machine. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const { remoteAddress: address } = socket;
  if (address === undefined || headers.origin !== undefined) return false;
  return THIS_MACHINE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

export interface ControlRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly what: string;
}

export async function serveControl(engine: Engine, { req, res, what }: ControlRequest): Promise<void> {
  if (!isFromHere(req)) return sendJson(res, 403, { error: 'only for programs of this machine' });
  const handler = Object.hasOwn(handlers, what) ? handlers[what] : undefined;
  if (!handler || req.method !== 'POST') return sendJson(res, 404, { error: 'no such control' });
  try {
    const text = (await readBody(req)).toString('utf8');
    sendJson(res, 200, handler(engine, text === '' ? {} : JSON.parse(text)) ?? {});
  } catch (error) {
    sendJson(res, 400, { error: error instanceof Error ? error.message : 'bad request' });
  }
}
