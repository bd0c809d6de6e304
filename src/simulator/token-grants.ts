/** Decides what a request for tokens gets (RFC 6749 sections 4.1.3, 5.2 and 6), and writes it into the books. */
import type { Accounts, Issued } from './accounts.ts';
import type { Authorization } from './authorization.ts';
import type { Books, TokenEntry } from './books.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { TokenRequest } from './token-request.ts';

export interface TokenRefusal {
  readonly status: number;
  /** The error code of RFC 6749 section 5.2. */
  readonly error: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';
  readonly reason: string;
}

export interface TokenGrants {
  /** Enters a request, with what is known before anything is decided. */
  open(grant: string, request: TokenRequest, target: string): TokenEntry;
  /** From here on, what was asked for has happened or not. */
  decide(request: TokenRequest, entry: TokenEntry): Issued | TokenRefusal;
}

export interface TokenGrantsOptions {
  readonly accounts: Accounts;
  readonly authorization: Authorization;
  readonly books: Books;
  readonly clientId: string;
  readonly now: () => number;
}

type Parameters = Readonly<Record<string, string>>;

const refused = (error: TokenRefusal['error'], reason: string, status = 400): TokenRefusal => ({ status, error, reason });

export function createTokenGrants({ accounts, authorization, books, clientId, now }: TokenGrantsOptions): TokenGrants {
  function refresh({ refresh_token: token }: Parameters, entry: TokenEntry): Issued | TokenRefusal {
    if (!token) return refused('invalid_request', 'refresh_token is required');
    const rotated = accounts.rotate(token);
    if (rotated.kind === 'refused') return refused('invalid_grant', `refresh token: ${rotated.reason}`);
    entry.outcome = rotated.kind === 'repeated' ? 'repeated' : 'committed';
    return rotated;
  }

  function exchange(parameters: Parameters, needsState: boolean, entry: TokenEntry): Issued | TokenRefusal {
    const { code, code_verifier: verifier = '', redirect_uri: redirectUri = '', state } = parameters;
    if (!code) return refused('invalid_request', 'code is required');
    if (needsState && !state) return refused('invalid_request', 'state is required');
    const redeemed = authorization.redeem(code, { verifier, redirectUri, state });
    if (redeemed.kind === 'refused') return refused('invalid_grant', redeemed.reason);
    entry.outcome = 'committed';
    return accounts.login(redeemed.account);
  }

  function grantOf(request: TokenRequest, entry: TokenEntry): Issued | TokenRefusal {
    if (request.kind === 'unreadable') return request;
    const { parameters, format } = request;
    const { grant_type: grant } = parameters;
    if (!grant) return refused('invalid_request', 'grant_type is required');
    if (parameters['client_id'] !== clientId) return refused('invalid_client', 'unknown client', 401);
    if (grant === 'refresh_token') return refresh(parameters, entry);
    if (grant === 'authorization_code') return exchange(parameters, format === 'json', entry);
    return refused('unsupported_grant_type', grant);
  }

  return {
    open(grant, request, target) {
      const { refresh_token: token = '', code = '' } = request.kind === 'read' ? request.parameters : {};
      const holder = accounts.holderOf(token);
      const account = holder?.account ?? authorization.approverOf(code);
      const unknown = { generation: null, outcome: 'open', reason: null, replied: false } as const;
      const presented = token === '' ? null : fingerprintOf(token);
      const entry: TokenEntry = { at: now(), grant, target, presented, account, family: holder?.family ?? null, ...unknown };
      books.addToken(entry);
      return entry;
    },
    decide(request, entry) {
      const answer = grantOf(request, entry);
      if ('error' in answer) {
        entry.outcome = answer.error;
        entry.reason = answer.reason;
      } else {
        entry.account = answer.account.name;
        entry.family = answer.family;
        entry.generation = answer.generation;
      }
      return answer;
    },
  };
}
