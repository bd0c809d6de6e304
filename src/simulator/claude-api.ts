/** The API half: credentials, versions, quota, messages, token counts and models. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Accounts } from './accounts.ts';
import type { ApiEntry, Books } from './books.ts';
import { type Admitted, type ConverseOptions, createConverse, promptTokensOf, type Refusal, refuse } from './converse.ts';
import type { FaultScript } from './faults/fault-script.ts';
import { sendModels } from './models.ts';
import { type Credential, credentialOf, enterBody, openEntry } from './request-entry.ts';
import { createResources } from './resources.ts';
import { misbehave } from './send-reply.ts';
import { parseJson, readBody, sendJson } from './wire.ts';

export interface ClaudeApiOptions extends ConverseOptions {
  readonly accounts: Accounts;
  readonly books: Books;
  readonly faults: FaultScript;
}

const OAUTH_BETA = 'oauth-2025-04-20';

export function createClaudeApi(
  options: ClaudeApiOptions,
): (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void> {
  const { accounts, books, faults, waits, now } = options;
  const converse = createConverse(options);
  const resources = createResources(now);
  /** Connections that have carried a request. */
  const known = new WeakSet<Socket>();
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
    if (isCount) return sendJson(res, 200, { input_tokens: promptTokensOf(body) }, headers);
    await converse(request, admitted);
  }

  return async (req, res, url) => {
    requests += 1;
    const serial = requests;
    const requestId = { 'request-id': `req_sim_${serial}` };
    const isReused = known.has(req.socket);
    known.add(req.socket);
    const credential = credentialOf(req, accounts);
    const entry = open(req, res, credential);
    const body = await readBody(req);
    enterBody(entry, body, parseJson(body.toString('utf8')));
    const { account } = credential;
    const refusal = refusalOf(req, credential);
    if (refusal || !account) return refuse(res, refusal ?? [401, 'authentication_error', 'Invalid credential'], requestId);
    const action = faults.take({ account: account.name, path: url.pathname, model: entry.model ?? '' });
    if (await misbehave(action, { res, entry, waits, isReused, headers: requestId })) return;
    const headers = { ...requestId, 'anthropic-organization-id': account.organizationUuid };
    await answer(url, { req, res, entry, account, action, isReused, body, headers, serial });
  };
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
