/** The API half: credentials, versions, quota, messages, token counts and models. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts, SimulatedAccount } from './accounts.ts';
import type { ApiEntry, Books } from './books.ts';
import { composeReply } from './compose-reply.ts';
import type { Action, FaultScript } from './faults.ts';
import { sendModels } from './models.ts';
import { PromptCache } from './prompt-cache.ts';
import { quotaHeaders, spend } from './quota.ts';
import type { ReplyPlan } from './reply-plan.ts';
import { type Credential, credentialOf, enterBody, openEntry } from './request-entry.ts';
import { createResources } from './resources.ts';
import { misbehave, sendMessage, sendStream } from './send-reply.ts';
import type { ThoughtSeal } from './thought-seal.ts';
import type { Waits } from './waits.ts';
import { errorBody, parseJson, readBody, sendJson } from './wire.ts';

export interface ClaudeApiOptions {
  readonly accounts: Accounts;
  readonly books: Books;
  readonly faults: FaultScript;
  readonly waits: Waits;
  readonly seal: ThoughtSeal;
  /** Thoughts that come back altered are refused. */
  readonly strictThinking: boolean;
  readonly now: () => number;
  readonly plan: ReplyPlan;
}

const OAUTH_BETA = 'oauth-2025-04-20';

type Refusal = readonly [status: number, type: string, message: string];

/** One request that has been let in. */
interface Admitted {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly entry: ApiEntry;
  readonly account: SimulatedAccount;
  readonly action: Action | null;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Serial number of the request. */
  readonly serial: number;
}

export function createClaudeApi(
  options: ClaudeApiOptions,
): (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void> {
  const { accounts, books, faults, waits, seal, now } = options;
  const cache = new PromptCache();
  const resources = createResources(now);
  let requests = 0;

  function open(req: IncomingMessage, res: ServerResponse, credential: Credential): ApiEntry {
    const entry = openEntry(req, credential, now());
    books.addApi(entry);
    res.once('close', () => {
      if (res.headersSent) entry.status = res.statusCode;
      if (entry.end === 'open') entry.end = res.writableFinished ? 'finished' : 'aborted';
    });
    return entry;
  }

  async function converse(request: Readonly<Record<string, unknown>>, admitted: Admitted): Promise<void> {
    const { res, entry, account, action, body, headers, serial } = admitted;
    const altered = options.strictThinking ? seal.faultIn(request) : null;
    if (altered !== null)
      return refuse(res, [400, 'invalid_request_error', `${altered}: Invalid \`signature\` in \`thinking\` block`], headers);
    if (!spend(account.quota, now())) {
      const refused = { ...headers, ...quotaHeaders(account.quota, true, now()) };
      return refuse(res, [429, 'rate_limit_error', 'This request would exceed your rate limit.'], refused);
    }
    const caches = entry.sessionId !== null || body.includes('"cache_control"');
    const blocks = options.plan(request, account);
    const reply = composeReply({ request, account, caches, now: now(), blocks, serial }, { cache, seal });
    const sending = { res, entry, waits, action, headers: { ...headers, ...quotaHeaders(account.quota, false, now()) } };
    await (entry.stream ? sendStream(sending, reply) : sendMessage(sending, reply));
  }

  async function answer(url: URL, admitted: Admitted): Promise<void> {
    const { req, res, entry, account, body, headers } = admitted;
    if (await resources.serve({ req, res, url, account, body, headers })) return;
    const isMessages = url.pathname === '/v1/messages';
    const isCount = url.pathname === '/v1/messages/count_tokens';
    const isModels = /^\/v1\/models(\/[^/]+)?$/.test(url.pathname);
    if (!isMessages && !isCount && !isModels) return refuse(res, [404, 'not_found_error', 'Not found'], headers);
    if (entry.method !== (isModels ? 'GET' : 'POST'))
      return refuse(res, [405, 'invalid_request_error', 'Method Not Allowed'], headers);
    if (isModels) return sendModels(res, url, headers);
    const request = parseJson(body.toString('utf8'));
    if (!request || !Array.isArray(request['messages']) || typeof request['model'] !== 'string')
      return refuse(res, [400, 'invalid_request_error', 'messages: Field required'], headers);
    const missing = filesIn(body).find((id) => !resources.holdsFile(account.name, id));
    if (missing !== undefined) return refuse(res, [404, 'not_found_error', `File not found: ${missing}`], headers);
    if (isCount) return sendJson(res, 200, { input_tokens: Math.ceil(body.length / 4) }, headers);
    await converse(request, admitted);
  }

  return async (req, res, url) => {
    requests += 1;
    const serial = requests;
    const requestId = { 'request-id': `req_sim_${serial}` };
    const credential = credentialOf(req, accounts);
    const entry = open(req, res, credential);
    const body = await readBody(req);
    enterBody(entry, body, parseJson(body.toString('utf8')));
    const { account } = credential;
    const refusal = refusalOf(req, credential);
    if (refusal || !account) return refuse(res, refusal ?? [401, 'authentication_error', 'Invalid credential'], requestId);
    const action = faults.take(account.name, url.pathname, entry.model ?? '');
    if (await misbehave(action, { res, entry, waits, headers: requestId })) return;
    const headers = { ...requestId, 'anthropic-organization-id': account.organizationUuid };
    await answer(url, { req, res, entry, account, action, body, headers, serial });
  };
}

function refuse(res: ServerResponse, [status, type, message]: Refusal, headers: Readonly<Record<string, string>>): void {
  sendJson(res, status, errorBody(type, message, headers['request-id'] ?? ''), headers);
}

const filesIn = (body: Buffer): readonly string[] =>
  [...body.toString('utf8').matchAll(/"file_id"\s*:\s*"([^"]+)"/g)].map(([, id = '']) => id);

function refusalOf({ headers }: IncomingMessage, { kind, account }: Credential): Refusal | null {
  const betas = (headers['anthropic-beta']?.toString() ?? '').split(',').map((beta) => beta.trim());
  if (kind === 'bearer' && !betas.includes(OAUTH_BETA))
    return [401, 'authentication_error', 'OAuth authentication is currently not supported.'];
  if (!account) return [401, 'authentication_error', kind === 'x-api-key' ? 'invalid x-api-key' : 'Invalid bearer token'];
  if (!headers['anthropic-version']) return [400, 'invalid_request_error', 'anthropic-version: header is required'];
  if (headers['anthropic-beta'] !== undefined && betas.some((beta) => !/^[a-z0-9-]+$/.test(beta)))
    return [400, 'invalid_request_error', 'anthropic-beta: malformed value'];
  return null;
}
