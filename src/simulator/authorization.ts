/** The authorization half: requests that are checked, and codes bound to PKCE (RFC 7636), to the state and to the redirect URI. */
import { createHash } from 'node:crypto';
import type { Accounts } from './accounts.ts';
import type { Randomness } from './randomness.ts';

export interface Approval {
  readonly code: string;
  readonly state: string;
  /** Where the browser is sent. */
  readonly redirectUrl: string;
}

interface IssuedCode {
  readonly account: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly expiresAt: number;
}

export type Redemption =
  | { readonly kind: 'redeemed'; readonly account: string }
  | { readonly kind: 'refused'; readonly reason: 'unknown code' | 'expired code' | 'verifier' | 'redirect_uri' | 'state' };

/** What a request for tokens says about the code that it brings. */
export interface CodeProof {
  readonly verifier: string;
  readonly redirectUri: string;
  /** Absent in the form that RFC 6749 describes; the JSON form has it. */
  readonly state: string | undefined;
}

export interface Authorization {
  /** Why the request for approval cannot be answered; null: it can. */
  faultOf(url: URL): string | null;
  /** What pressing "approve" does. @throws Error when the URL is not one that this server would accept */
  approve(authorizationUrl: string, accountName: string): Approval;
  /** Where pressing "deny" leads (RFC 6749 section 4.1.2.1). */
  deny(url: URL): string;
  /** Uses a code up, whether or not the proof fits. */
  redeem(code: string, proof: CodeProof): Redemption;
  /** Whose approval a code stands for; null: nobody's. */
  approverOf(code: string): string | null;
}

export interface AuthorizationOptions {
  readonly accounts: Accounts;
  readonly random: Randomness;
  readonly clientId: string;
  readonly now: () => number;
  readonly codeTtlMs: number;
  /** Redirect URIs beside those of this machine, which are always good. */
  readonly redirectUris: readonly string[];
}

const MAX_CODES = 1000;
const S256_CHALLENGE = /^[\w-]{43}$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function createAuthorization(options: AuthorizationOptions): Authorization {
  const { accounts, random, clientId, now, codeTtlMs, redirectUris } = options;
  const codes = new Map<string, IssuedCode>();

  /** The own paste page, or a program of the same machine (RFC 8252 section 7.3), or a registered one. */
  function isGoodRedirect(redirectUri: string): boolean {
    if (redirectUris.includes(redirectUri)) return true;
    const url = URL.canParse(redirectUri) ? new URL(redirectUri) : null;
    return url?.protocol === 'http:' && LOOPBACK.test(url.hostname) && url.hash === '';
  }

  function faultOf({ searchParams: query }: URL): string | null {
    if (query.get('client_id') !== clientId) return 'unknown client_id';
    if (query.get('response_type') !== 'code') return 'response_type has to be code';
    if (query.get('code_challenge_method') !== 'S256' || !S256_CHALLENGE.test(query.get('code_challenge') ?? ''))
      return 'PKCE with S256 is required';
    if (!query.get('state')) return 'state is required';
    if (!isGoodRedirect(query.get('redirect_uri') ?? '')) return 'redirect_uri is not registered';
    return null;
  }

  function backTo({ searchParams: query }: URL, result: Readonly<Record<string, string>>): string {
    const back = new URL(query.get('redirect_uri') ?? '');
    for (const [name, value] of Object.entries(result)) back.searchParams.set(name, value);
    back.searchParams.set('state', query.get('state') ?? '');
    return back.href;
  }

  function keep(code: string, issued: IssuedCode): void {
    codes.set(code, issued);
    const [oldest] = codes.keys();
    if (codes.size > MAX_CODES && oldest !== undefined) codes.delete(oldest);
  }

  return {
    faultOf,
    approve(authorizationUrl, accountName) {
      const url = new URL(authorizationUrl);
      const fault = faultOf(url);
      if (fault) throw new Error(fault);
      const query = (name: string): string => url.searchParams.get(name) ?? '';
      const account = accounts.get(accountName).name;
      const code = random.bytes(24).toString('base64url');
      const [state, challenge, redirectUri] = [query('state'), query('code_challenge'), query('redirect_uri')];
      keep(code, { account, challenge, redirectUri, state, expiresAt: now() + codeTtlMs });
      return { code, state, redirectUrl: backTo(url, { code }) };
    },
    deny: (url) => backTo(url, { error: 'access_denied' }),
    redeem(code, { verifier, redirectUri, state }) {
      const issued = codes.get(code);
      codes.delete(code);
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      if (!issued) return { kind: 'refused', reason: 'unknown code' };
      if (issued.expiresAt <= now()) return { kind: 'refused', reason: 'expired code' };
      if (issued.challenge !== challenge) return { kind: 'refused', reason: 'verifier' };
      if (issued.redirectUri !== redirectUri) return { kind: 'refused', reason: 'redirect_uri' };
      if (state !== undefined && state !== issued.state) return { kind: 'refused', reason: 'state' };
      return { kind: 'redeemed', account: issued.account };
    },
    approverOf: (code) => codes.get(code)?.account ?? null,
  };
}
