/** The token endpoint, with every fault that its clients must survive. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Issued } from './accounts.ts';
import type { TokenEntry } from './books.ts';
import type { FaultScript, TokenFault } from './faults/fault-script.ts';
import { createTokenGrants, type TokenGrantsOptions } from './token-grants.ts';
import { readTokenRequest, type TokenRequestFormat } from './token-request.ts';
import type { Waits } from './waits.ts';
import { errorBody, readBody, reset, sendJson } from './wire.ts';

/** `received`: nothing has been decided. `committed`: the tokens are made. `replied`: the reply has been handed to the system. */
export type TokenStage = 'received' | 'committed' | 'replied';

export interface TokenEndpointOptions extends TokenGrantsOptions {
  readonly faults: FaultScript;
  readonly waits: Waits;
  readonly format: TokenRequestFormat;
  /** Waited for at each stage, so that a test can act in between. */
  readonly onStage: (stage: TokenStage, grant: string) => Promise<void>;
}

/** RFC 6749 section 5.1. */
const UNSTORED = { 'cache-control': 'no-store' };

export function createTokenEndpoint(options: TokenEndpointOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { faults, waits, now, onStage } = options;
  const grants = createTokenGrants(options);

  /** True when the fault has taken the place of an answer. */
  async function failsBefore(fault: TokenFault, res: ServerResponse, entry: TokenEntry): Promise<boolean> {
    switch (fault.kind) {
      case 'hang':
        entry.outcome = 'fault';
        return !(await waits.hold(res));
      case 'delay':
        entry.outcome = 'fault';
        return !(await waits.pause(res, fault.ms));
      case 'reset_before':
        reset(res);
        break;
      case 'status':
        sendJson(res, fault.status, fault.body || errorBody('api_error', 'simulated fault', 'req_fault'), fault.headers);
        break;
      case 'other_credentials':
        sendJson(res, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="tokens"' });
        break;
      default:
        return false;
    }
    entry.outcome = 'fault';
    return true;
  }

  return async (req, res) => {
    if (req.method !== 'POST') return sendJson(res, 405, { error: 'invalid_request' }, { allow: 'POST' });
    const text = (await readBody(req)).toString('utf8');
    const request = readTokenRequest(options.format, req.headers['content-type'] ?? '', text);
    const grant = (request.kind === 'read' && request.parameters['grant_type']) || 'unknown';
    const entry = grants.open(grant, request, req.url ?? '');
    const fault = faults.takeTokenFault(grant, entry.account);
    await onStage('received', grant);
    if (fault && (await failsBefore(fault, res, entry))) return;
    const answer = grants.decide(request, entry);
    if ('error' in answer)
      return sendJson(res, answer.status, { error: answer.error, error_description: answer.reason }, UNSTORED);
    await onStage('committed', grant);
    if (fault?.kind === 'reset_after') return reset(res);
    if (fault?.kind === 'hang_after' && !(await waits.hold(res))) return;
    sendJson(res, 200, fault?.kind === 'bad_json' ? '{"access_token":' : replyOf(answer, fault, now()), UNSTORED);
    entry.replied = await finished(res).then(
      () => true,
      () => false,
    );
    if (entry.replied) await onStage('replied', grant);
  };
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
