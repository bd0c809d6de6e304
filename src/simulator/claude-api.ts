/** The API half: credentials, versions, quota, messages, token counts and models. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts, SimulatedAccount } from './accounts.ts';
import type { ApiEntry, Books } from './books.ts';
import { composeReply, type ReplyPlan } from './compose-reply.ts';
import type { Action, FaultScript } from './faults.ts';
import { quotaHeaders, spend } from './quota.ts';
import { misbehave, sendMessage, sendStream } from './send-reply.ts';
import { errorBody, parseJson, readBody, sendJson } from './wire.ts';

export interface ClaudeApiOptions {
  readonly accounts: Accounts;
  readonly books: Books;
  readonly faults: FaultScript;
  readonly now: () => number;
  readonly plan: () => ReplyPlan;
}

const OAUTH_BETA = 'oauth-2025-04-20';
const MODELS = ['claude-opus-5-5', 'claude-opus-4-8', 'claude-sonnet-5', 'claude-haiku-4-5'].map((id) => ({
  type: 'model',
  id,
  display_name: id.replaceAll('-', ' '),
  created_at: '2026-01-01T00:00:00Z',
}));
/** They belong to the client's own connection or to its way here; a proxy must not pass them on. */
const NEVER_PASSED_ON = [
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-connection',
  'expect',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
  'via',
  'origin',
];

let serial = 0;

interface Credential {
  readonly kind: ApiEntry['credential'];
  readonly account: SimulatedAccount | null;
  readonly owner: string | null;
}

export function createClaudeApi(
  options: ClaudeApiOptions,
): (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void> {
  const { accounts, books, faults, now } = options;
  function credentialOf(req: IncomingMessage): Credential {
    const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const key = req.headers['x-api-key']?.toString();
    const kind = bearer && key ? 'two' : bearer ? 'bearer' : key ? 'x-api-key' : 'none';
    const account = bearer ? accounts.byAccessToken(bearer) : key ? accounts.byApiKey(key) : null;
    return { kind, account, owner: accounts.ownerOf(bearer ?? key ?? '')?.name ?? null };
  }

  function note(req: IncomingMessage, res: ServerResponse, body: Buffer, { kind, owner }: Credential): ApiEntry {
    const request = parseJson(body.toString('utf8'));
    const entry: ApiEntry = {
      at: now(),
      account: owner,
      credential: kind,
      method: req.method ?? '',
      target: req.url ?? '',
      headers: maskedHeaders(req, owner),
      bodyBytes: body.length,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      model: typeof request?.['model'] === 'string' ? request['model'] : null,
      sessionId: req.headers['x-claude-code-session-id']?.toString() ?? null,
      violations: violationsOf(req, kind),
      status: 0,
      eventsSent: 0,
      end: 'open',
    };
    books.addApi(entry);
    req.once('close', () => undefined);
    res.once('close', () => {
      entry.status = res.statusCode;
      if (entry.end === 'open') entry.end = res.writableFinished ? 'finished' : 'aborted';
    });
    return entry;
  }

  return async (req, res, url) => {
    const body = await readBody(req);
    const credential = credentialOf(req);
    const entry = note(req, res, body, credential);
    serial += 1;
    const requestId = `req_sim_${serial}`;
    const refusal = refusalOf(req, credential);
    if (refusal || !credential.account) {
      const [status, type, message] = refusal ?? [401, 'authentication_error', 'Invalid credential'];
      return sendJson(res, status, errorBody(type, message, requestId), { 'request-id': requestId });
    }
    const action = faults.take(credential.account.name, url.pathname, entry.model ?? '');
    if (await misbehave(action, res, requestId)) return;
    const common = { 'request-id': requestId, 'anthropic-organization-id': credential.account.organizationUuid };
    if (url.pathname.startsWith('/v1/models')) return sendModels(res, url.pathname, common, requestId);
    await answer(options, { res, url, entry, body, account: credential.account, common, requestId, action });
  };
}

interface Asked {
  readonly res: ServerResponse;
  readonly url: URL;
  readonly entry: ApiEntry;
  readonly body: Buffer;
  readonly account: SimulatedAccount;
  readonly common: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly action: Action | null;
}

async function answer({ now, plan }: ClaudeApiOptions, asked: Asked): Promise<void> {
  const { res, url, entry, body, account, common, requestId, action } = asked;
  const refuse = (status: number, type: string, message: string, also: Readonly<Record<string, string>> = {}) =>
    sendJson(res, status, errorBody(type, message, requestId), { ...common, ...also });
  const request = parseJson(body.toString('utf8'));
  if (!request || !Array.isArray(request['messages']) || typeof request['model'] !== 'string') {
    return refuse(400, 'invalid_request_error', 'messages: Field required');
  }
  if (url.pathname === '/v1/messages/count_tokens')
    return sendJson(res, 200, { input_tokens: Math.ceil(body.length / 4) }, common);
  if (url.pathname !== '/v1/messages') return refuse(404, 'not_found_error', 'Not found');
  if (!spend(account, now())) {
    return refuse(429, 'rate_limit_error', 'This request would exceed your rate limit.', quotaHeaders(account, true, now()));
  }
  const composing = { request, account, conversation: entry.sessionId, promptBytes: body.length, now: now(), plan: plan() };
  const sending = { res, entry, headers: { ...common, ...quotaHeaders(account, false, now()) }, action };
  const reply = composeReply(composing);
  if (request['stream'] === true) await sendStream(sending, reply);
  else sendMessage(sending, reply);
}

function refusalOf(req: IncomingMessage, { kind, account }: Credential): readonly [number, string, string] | null {
  const betas = (req.headers['anthropic-beta']?.toString() ?? '').split(',').map((beta) => beta.trim());
  if (kind === 'bearer' && !betas.includes(OAUTH_BETA))
    return [401, 'authentication_error', 'OAuth authentication is currently not supported.'];
  if (!account) return [401, 'authentication_error', kind === 'x-api-key' ? 'invalid x-api-key' : 'Invalid bearer token'];
  if (!req.headers['anthropic-version']) return [400, 'invalid_request_error', 'anthropic-version: header is required'];
  if (betas.some((beta) => beta !== '' && !/^[a-z0-9-]+$/.test(beta)))
    return [400, 'invalid_request_error', 'anthropic-beta: malformed value'];
  return null;
}

function violationsOf(req: IncomingMessage, kind: Credential['kind']): readonly string[] {
  const passed = NEVER_PASSED_ON.filter((name) => req.headers[name] !== undefined);
  const foreign = Object.keys(req.headers).filter((name) => name.startsWith('x-headgate-'));
  return [...passed, ...foreign, ...(kind === 'two' ? ['authorization and x-api-key'] : [])];
}

function maskedHeaders(req: IncomingMessage, owner: string | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [
      name,
      name === 'authorization' || name === 'x-api-key' ? `credential of ${owner ?? 'nobody'}` : String(value),
    ]),
  );
}

function sendModels(res: ServerResponse, path: string, headers: Readonly<Record<string, string>>, requestId: string): void {
  if (path === '/v1/models') {
    return sendJson(res, 200, { data: MODELS, has_more: false, first_id: MODELS[0]?.id, last_id: MODELS.at(-1)?.id }, headers);
  }
  const model = MODELS.find(({ id }) => path === `/v1/models/${id}`);
  if (model) sendJson(res, 200, model, headers);
  else sendJson(res, 404, errorBody('not_found_error', 'model not found', requestId), headers);
}
