/** Adding an account through OAuth with PKCE (RFC 7636): begin hands out a URL, finish turns the code into a grant. */
import * as openid from 'openid-client';
import type { EpochMs, Now } from '../core/time.ts';
import type { Grant } from './grant.ts';
import { createPendingLogins, LOGIN_LIFETIME_MS, type PendingLogin } from './pending-logins.ts';
import { configurationFor, type OAuthSettings, type TokenEndpoint } from './token-endpoint.ts';

export interface LoginRequest {
  readonly accountId?: string | null;
  readonly name?: string | null;
  /** Asks the authorization page to sign in with this organisation. */
  readonly organizationUuid?: string | null;
}

export type LoginBegun =
  | { readonly kind: 'begun'; readonly authorizationUrl: string; readonly state: string; readonly expiresAt: EpochMs }
  | { readonly kind: 'not_configured' };

export interface PastedCode {
  /** The code, `code#state` as the paste page shows it, or the whole URL of the return. */
  readonly code: string;
  readonly state?: string | null;
}

export type LoginFinished =
  | { readonly kind: 'granted'; readonly grant: Grant; readonly login: Pick<PendingLogin, 'accountId' | 'name'> }
  /** No such login was begun here, or more than ten minutes ago. */
  | { readonly kind: 'unknown_state' }
  | { readonly kind: 'rejected' | 'refused' | 'unavailable'; readonly message: string };

export interface LoginFlow {
  begin(request: LoginRequest): Promise<LoginBegun>;
  finish(pasted: PastedCode): Promise<LoginFinished>;
}

export interface LoginFlowDeps {
  readonly settings: () => OAuthSettings;
  readonly endpoint: TokenEndpoint;
  readonly now: Now;
}

export function createLoginFlow({ settings, endpoint, now }: LoginFlowDeps): LoginFlow {
  const pending = createPendingLogins(now);
  /** One exchange per login at a time: a code pasted twice is still one code. */
  const exchanging = new Map<string, Promise<LoginFinished>>();

  async function exchange(login: PendingLogin, code: string): Promise<LoginFinished> {
    const answer = await endpoint.exchange({ code, state: login.state, codeVerifier: login.codeVerifier });
    if (answer.kind === 'granted') {
      pending.consume(login);
      return { kind: 'granted', grant: answer.grant, login };
    }
    return { kind: answer.kind === 'throttled' ? 'unavailable' : answer.kind, message: answer.message };
  }

  return {
    async begin({ accountId = null, name = null, organizationUuid = null }) {
      const current = settings();
      if (current.clientId === undefined) return { kind: 'not_configured' };
      // 32 random bytes each: 43 base64url characters.
      const state = openid.randomState();
      const codeVerifier = openid.randomPKCECodeVerifier();
      const expiresAt = now() + LOGIN_LIFETIME_MS;
      const url = openid.buildAuthorizationUrl(configurationFor(current, current.clientId), {
        ...(isPastePage(current) ? { code: 'true' } : {}),
        redirect_uri: current.redirectUri,
        scope: current.scope,
        state,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(organizationUuid ? { orgUUID: organizationUuid } : {}),
      });
      pending.add({ state, codeVerifier, accountId, name, expiresAt });
      return { kind: 'begun', authorizationUrl: url.href, state, expiresAt };
    },
    async finish(pasted) {
      const { code, state } = readPasted(pasted);
      const login = state === null ? null : pending.find(state);
      if (!login) return { kind: 'unknown_state' };
      if (code === '') return { kind: 'rejected', message: 'the code is empty' };
      const running = exchanging.get(login.state) ?? exchange(login, code).finally(() => exchanging.delete(login.state));
      exchanging.set(login.state, running);
      return running;
    },
  };
}

/** The paste page shows `code#state` instead of returning by itself; asking for it takes the parameter `code=true`. */
const isPastePage = ({ redirectUri, authorizeUrl, tokenUrl }: OAuthSettings): boolean => {
  const { origin } = new URL(redirectUri);
  return origin === new URL(tokenUrl).origin || origin === new URL(authorizeUrl).origin;
};

/** Takes apart what people paste: blanks around it, `code#state`, or the address of the page they landed on. */
export function readPasted({ code, state }: PastedCode): { readonly code: string; readonly state: string | null } {
  const text = code.replaceAll(/\s/g, '');
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    const { searchParams } = new URL(text);
    return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? state ?? null };
  }
  const [before = '', after] = text.split('#');
  return { code: before, state: after || state?.trim() || null };
}
