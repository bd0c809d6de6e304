/** The token endpoint (RFC 6749 sections 4.1.3, 5 and 6) with rotation, and with every fault that its clients must survive. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Accounts, IssuedTokens, SimulatedAccount } from './accounts.ts';
import type { Authorization } from './authorization.ts';
import type { Books, TokenEntry } from './books.ts';
import type { FaultScript, TokenFault } from './faults.ts';
import { errorBody, parseJson, readBody, reset, sendJson } from './wire.ts';

export type TokenStage = 'received' | 'committed';

export interface TokenEndpointOptions {
  readonly accounts: Accounts;
  readonly authorization: Authorization;
  readonly books: Books;
  readonly faults: FaultScript;
  readonly clientId: string;
  readonly format: 'json' | 'form' | 'both';
  readonly now: () => number;
  /** Waited for at each stage, so that a test can act in between. */
  readonly onStage: (stage: TokenStage, grant: string) => Promise<void>;
}

interface Issued {
  readonly tokens: IssuedTokens;
  readonly account: SimulatedAccount;
  readonly generation: number;
}

export function createTokenEndpoint(options: TokenEndpointOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { accounts, authorization, books, faults, clientId, now } = options;
  const note = (grant: string, account: string | null, outcome: TokenEntry['outcome'], generation: number | null = null): void =>
    books.addToken({ at: now(), grant, account, outcome, generation });

  function issue(grant: string, body: Readonly<Record<string, string>>): Issued | null {
    if (grant === 'authorization_code') {
      const bound = { verifier: body['code_verifier'] ?? '', redirectUri: body['redirect_uri'] ?? '', state: body['state'] };
      const name = authorization.redeem(body['code'] ?? '', bound);
      if (name === null) {
        note(grant, null, 'invalid_grant');
        return null;
      }
      note(grant, name, 'committed', 1);
      return { tokens: accounts.issueTokens(name), account: accounts.get(name), generation: 1 };
    }
    const rotated = accounts.rotate(body['refresh_token'] ?? '');
    if (rotated.kind === 'refused') {
      note(grant, rotated.account?.name ?? null, 'invalid_grant');
      return null;
    }
    note(grant, rotated.account.name, 'committed', rotated.generation);
    return rotated;
  }

  return async (req, res) => {
    const body = readParameters(options.format, req.headers['content-type'] ?? '', (await readBody(req)).toString('utf8'));
    const grant = body?.['grant_type'] ?? 'unknown';
    const fault = faults.takeTokenFault();
    await options.onStage('received', grant);
    if (fault && (await failsBefore(fault, res))) return note(grant, null, 'fault');
    const refusal = body ? refusalOf(body, grant, clientId) : 'format';
    if (!body || refusal) {
      note(grant, null, refusal === 'client' ? 'invalid_client' : 'invalid_request');
      return refuse(res, refusal ?? 'format');
    }
    const issued = issue(grant, body);
    if (!issued) return sendJson(res, 400, INVALID_GRANT);
    await options.onStage('committed', grant);
    if (fault?.kind === 'reset_after') return reset(res);
    sendJson(res, 200, fault?.kind === 'bad_json' ? '{"access_token":' : replyOf(issued, fault, now()));
  };
}

function readParameters(format: 'json' | 'form' | 'both', type: string, text: string): Record<string, string> | null {
  if (type.startsWith('application/json') && format !== 'form') return parseJson(text) as Record<string, string> | null;
  if (type.startsWith('application/x-www-form-urlencoded') && format !== 'json')
    return Object.fromEntries(new URLSearchParams(text));
  return null;
}

const REFUSALS = {
  format: [415, 'invalid_request'],
  client: [401, 'invalid_client'],
  grant: [400, 'unsupported_grant_type'],
} as const;

const INVALID_GRANT = { error: 'invalid_grant', error_description: 'Refresh token or code not found, expired or reused' };

const refusalOf = (body: Readonly<Record<string, string>>, grant: string, clientId: string): 'client' | 'grant' | null => {
  if (body['client_id'] !== clientId) return 'client';
  return grant === 'authorization_code' || grant === 'refresh_token' ? null : 'grant';
};

const refuse = (res: ServerResponse, why: keyof typeof REFUSALS): void =>
  sendJson(res, REFUSALS[why][0], { error: REFUSALS[why][1] });

/** True when the fault has taken the place of an answer. */
async function failsBefore(fault: TokenFault, res: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'hang':
      return true;
    case 'reset_before':
      reset(res);
      return true;
    case 'delay':
      await delay(fault.ms);
      return false;
    case 'status':
      sendJson(
        res,
        fault.status,
        fault.body === '' ? errorBody('api_error', 'simulated fault', 'req_fault') : fault.body,
        fault.headers,
      );
      return true;
    case 'other_credentials':
      sendJson(res, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="tokens"' });
      return true;
    default:
      return false;
  }
}

function replyOf({ tokens, account }: Issued, fault: TokenFault | null, now: number): Record<string, unknown> {
  return {
    access_token: tokens.accessToken,
    ...(fault?.kind === 'no_token_type' ? {} : { token_type: 'Bearer' }),
    ...(fault?.kind === 'no_refresh_token' ? {} : { refresh_token: tokens.refreshToken }),
    ...(fault?.kind === 'no_expires_in' ? {} : { expires_in: Math.max(1, Math.round((tokens.expiresAt - now) / 1000)) }),
    scope: 'user:inference user:profile',
    account: { uuid: account.uuid, email_address: account.email },
    organization: { uuid: account.organizationUuid, name: account.organizationName },
  };
}
